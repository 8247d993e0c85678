// The committed logs of the sweep: whole, readable, free of hints at the truth, and the README's tables come from them.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readRunFile, runNameOf } from '../../src/inbound/files/run-file.js';
import type { MetricRecord } from '../../src/runs/metric-record.js';
import type { RunAnnouncement } from '../../src/runs/run-announcement.js';
import { python, run, sweepDir } from './python.js';

interface Fact {
  fault: string;
  step: number;
  twin: string;
}

const runsDir = join(sweepDir, 'runs');
const files = readdirSync(runsDir).filter((name) => name.endsWith('.jsonl.gz'));
const names = files.map(runNameOf);
const truth: Record<string, Fact> = JSON.parse(readFileSync(join(sweepDir, 'truth.json'), 'utf8'));

async function read(name: string) {
  const records: MetricRecord[] = [];
  const announcements: RunAnnouncement[] = [];
  const problems: string[] = [];
  for await (const entries of readRunFile(join(runsDir, `${name}.jsonl.gz`))) {
    for (const entry of entries) {
      if (entry.kind === 'record') records.push(entry.record);
      else if (entry.kind === 'announcement') announcements.push(entry.announcement);
      else problems.push(`line ${entry.line}: ${entry.rejection.reason}`);
      if (entry.kind !== 'rejected' && entry.ignored.length > 0) problems.push(`line ${entry.line} has unknown keys`);
    }
  }
  return { records, announcements, problems };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the committed runs', () => {
  it('hold 5 sizes × 3 budgets, variations, a second family, and 13 faults; below 2 MB in all', () => {
    for (const size of ['12k', '35k', '99k', '218k', '475k'])
      for (const budget of ['1m', '2m', '4m']) expect(names).toContain(`${size}-${budget}`);
    for (const size of ['12k', '35k', '99k'])
      for (const budget of ['1m', '2m']) expect(names).toContain(`${size}-${budget}-no-shift`);
    expect(Object.keys(truth)).toHaveLength(13);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(truth), ...Object.values(truth).map((f) => f.twin)]));
    expect(files.reduce((sum, file) => sum + statSync(join(runsDir, file)).size, 0)).toBeLessThan(2_000_000);
  });

  it.each(names)('%s is read without a complaint and has every step of its plan, in order', async (name) => {
    const { records, announcements, problems } = await read(name);
    const fault = truth[name]?.fault;
    expect(problems).toEqual([]);
    const [begun] = announcements;
    const plan = begun!.metadata;
    expect({ run: begun!.run, status: begun!.status }).toEqual({ run: name, status: 'started' });
    expect(plan).toMatchObject({ project: 'sweep', params: expect.any(Number), data_order: expect.any(String) });
    expect(plan.planned_tokens).toBe(plan.planned_steps! * plan.tokens_per_step!);

    const diedAt = fault === 'hang' ? truth[name]!.step : Infinity;
    const last = records.at(-1)!.step;
    const expected =
      fault === 'restart'
        ? [...range(1, truth[name]!.step), ...range(truth[name]!.step - 199, plan.planned_steps!)]
        : range(1, fault === 'divergence' ? last : Math.min(plan.planned_steps!, diedAt - 1));
    expect(records.map((record) => record.step)).toEqual(expected);
    if (fault !== 'hang') expect(announcements.at(-1)!.status).toMatch(fault === 'divergence' ? /^f/ : /^finished$/);

    const times = records.map((record) => record.time!);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    for (const { step, metrics } of records) {
      expect(Object.keys(metrics)).toEqual(
        expect.arrayContaining(['loss', 'lr', 'grad_norm', 'tokens', 'step_time', ...(step % 100 ? [] : ['val_loss'])]),
      );
      expect(metrics.tokens).toBe(step * plan.tokens_per_step!);
    }
  });

  it.each(Object.entries(truth))('%s is its twin until its fault (%o)', async (name, fact) => {
    const [faulty, twin] = await Promise.all([read(name), read(fact.twin)]);
    const losses = (records: MetricRecord[]) => records.map((record) => record.metrics.loss);
    const before = (values: unknown[]) => values.slice(0, fact.step - 1);
    expect(before(losses(faulty.records))).toEqual(before(losses(twin.records)));
    if (fact.fault === 'hang') expect(faulty.records).toHaveLength(fact.step - 1);
    else if (fact.fault === 'restart')
      expect(losses(faulty.records).slice(fact.step)).toEqual(losses(twin.records).slice(fact.step - 200));
    else expect(losses(faulty.records)).not.toEqual(losses(twin.records).slice(0, faulty.records.length));
    // The log shows the plan, whatever really happened.
    for (const [i, record] of faulty.records.slice(0, fact.step).entries())
      expect(record.metrics.lr).toBe(twin.records[i]!.metrics.lr);
  });

  it('give their truth away neither by name nor by metadata', () => {
    const kinds = Object.values(truth).map((fact) => fact.fault);
    for (const file of files) {
      const text = gunzipSync(readFileSync(join(runsDir, file))).toString();
      const words = [file, ...text.split('\n').filter((line) => line.startsWith('{"run"'))].join('\n');
      expect(kinds.filter((kind) => words.includes(kind) && kind !== 'restart')).toEqual([]);
      expect(words).not.toMatch(/fault|twin/);
    }
  });
});

describe('the report', () => {
  it('gives the README and results.csv again from the logs alone', async () => {
    await python();
    expect(await run('report.py', ['--check'])).toMatchObject({ code: 0, stdout: 'all agrees\n' });
    expect(existsSync(join(sweepDir, 'results.csv'))).toBe(true);
  }, 240_000);
});
