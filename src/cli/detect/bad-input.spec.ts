// Logs that are short, odd or broken, through `detect` and `audit`: a clear word or a sound result, never a crash.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from '../audit/audit.js';
import { detect } from './detect.js';
import { noise } from '../../../test/detection/noise.js';

const folder = mkdtempSync(join(tmpdir(), 'offcurve-bad-'));
afterAll(() => rmSync(folder, { recursive: true }));

const draw = noise(5);
const healthy = (steps: number, more: (step: number) => object = () => ({ lr: 1e-3 })): object[] =>
  Array.from({ length: steps }, (_, i) => ({
    step: i + 1,
    loss: (1.8 + 6 * (i + 11) ** -0.3) * Math.exp(0.02 * draw()),
    ...more(i + 1),
  }));

let places = 0;
function fileOf(lines: readonly object[], end = '\n'): string {
  const file = join(folder, `run-${places++}.jsonl`);
  const text = lines.map((line) => JSON.stringify(line).replaceAll('"NaN"', 'NaN')).join('\n');
  writeFileSync(file, text + end);
  return file;
}

async function said(work: () => Promise<void>): Promise<{ out: string; err: string }> {
  const [out, err] = [[] as string[], [] as string[]];
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((text) => (out.push(String(text)), true));
  const stderr = jest.spyOn(process.stderr, 'write').mockImplementation((text) => (err.push(String(text)), true));
  try {
    await work();
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  return { out: out.join(''), err: err.join('') };
}

const BUDGET = { falseAlarms: '1 per 30 run-days', secondsPerPoint: 10 };
const detected = (file: string, options = {}): Promise<{ out: string; err: string }> =>
  said(() => detect([file], { ...BUDGET, reference: [], ...options }));
const audited = (file: string): Promise<{ out: string; err: string }> =>
  said(() => audit([file], { ...BUDGET, days: 30, json: true }));

/** What both say on standard error, and how many alarms they count. */
async function bothSay(file: string, complaint: RegExp | '', alarms = 0): Promise<void> {
  const { out, err } = await detected(file, { json: true });
  const opened = out.split('\n').filter((line) => line.includes('"event":"opened"'));
  expect([opened.length, err]).toEqual([alarms, complaint === '' ? '' : expect.stringMatching(complaint)]);
  const report = await audited(file);
  expect([JSON.parse(report.out).alarms, report.err]).toEqual([
    alarms,
    complaint === '' ? '' : expect.stringMatching(complaint),
  ]);
}

describe('detect and audit', () => {
  it('of a log with no loss say so', () =>
    bothSay(
      fileOf(Array.from({ length: 400 }, (_, i) => ({ step: i, lr: 1e-3 }))),
      /no loss to judge \(400 records\)/,
    ));

  it('of one point say that it is too few', () =>
    bothSay(fileOf(healthy(1)), /not judged against a forecast: too few points: 1 of the 300/));

  it('of nothing but NaN report that the loss is not finite, and judge nothing else', () =>
    bothSay(fileOf(healthy(400).map((line) => ({ ...line, loss: 'NaN' }))), /not judged against a forecast/, 1));

  it('of an empty file say that there is no loss', () => bothSay(fileOf([], ''), /no loss to judge \(0 records\)/));

  it('take steps that repeat and times that go back as they come, and say where the steps jump', () => {
    const time = (step: number): object => ({ lr: 1e-3, time: 1.79e9 + (step % 7 === 0 ? -3_600 : step) });
    const jumps = healthy(6_200, time).filter((_, i) => i < 600 || i >= 5_600);
    return bothSay(
      fileOf(jumps.flatMap((line, i) => (i % 10 === 0 ? [line, line] : [line]))),
      /^offcurve: [^\n]*: the steps jump from 600 to 5601: nothing is known of what lies between\n$/,
    );
  });

  it('of a step that is told twice take the first values, and say how many came after', () =>
    bothSay(
      fileOf(healthy(600).flatMap((line, i) => (i % 10 === 0 ? [line, { ...line, loss: 9 }] : [line]))),
      /60 records gave a known step other values: the first count/,
    ));

  it('of a log that is written backwards say that it is not judged, and why', () =>
    bothSay(
      fileOf(healthy(600).toReversed()),
      /1 of the 300[^]*599 records came behind the newest step and were not judged/,
    ));

  it.each([0, -2])('of losses of %d say that only those above 0 are judged', (loss) =>
    bothSay(
      fileOf(healthy(600).map((line) => ({ ...line, loss }))),
      /only values above 0 can be judged, and the last is/,
    ),
  );

  it('of losses written as texts say that they are no numbers', () =>
    bothSay(
      fileOf(healthy(400).map((line) => ({ ...line, loss: '2.5' }))),
      /no loss to judge.*being no numbers: loss/,
    ));

  it('of a file that is no log of a run say what is wrong with its first line, and end as of bad input', async () => {
    try {
      await bothSay(
        fileOf([], 'Epoch 1: loss 2.5\nEpoch 2: loss 2.4\n'),
        /2 lines left out; the first: line 1: the line is not JSON/,
      );
      expect(process.exitCode).toBe(2);
    } finally {
      process.exitCode = undefined;
    }
  });

  it('refuse a folder', async () => {
    await expect(detected(folder)).rejects.toThrow(`${folder} is a folder`);
    await expect(audited(folder)).rejects.toThrow(`${folder} is a folder`);
  });

  it('count a column of zeros for no learning rate, and say so', () =>
    bothSay(fileOf(healthy(800, () => ({ lr: 0 }))), /learning rates logged are all 0 and count as not known/));

  it('leave a last line out that is cut off, and say so', async () => {
    const file = fileOf(healthy(400), '\n{"step":401,"lo');
    await bothSay(file, /1 lines left out; the first: line 401: the last line is cut off/);
  });

  it('go by the logged rates where the schedule contradicts them, and say since when', async () => {
    const metadata = { run: { planned_steps: 1_000, schedule: { kind: 'constant', peak: 1e-3 } } };
    const rates = (step: number): object => ({ lr: step > 600 ? 2e-3 : 1e-3 });
    await bothSay(
      fileOf([metadata, ...healthy(1_000, rates)]),
      /the schedule contradicts .* from step 60\d on: the log wins/,
    );
  });

  it('say nothing of the rates where log and schedule agree', async () => {
    const metadata = { run: { planned_steps: 1_000, schedule: { kind: 'cosine', peak: 1e-3, warmup_steps: 50 } } };
    const rates = (step: number): object => ({
      lr: 1e-3 * (step < 50 ? step / 50 : (1 + Math.cos((Math.PI * (step - 50)) / 950)) / 2),
    });
    await bothSay(fileOf([metadata, ...healthy(1_000, rates)]), '');
  });
});

it('audit of an empty file says in words that there is no rate of alarms', async () => {
  const { out } = await said(() => audit([fileOf([], '')], { ...BUDGET, days: 30 }));
  expect(out).toBe('no records in 1 run: how often alarms come cannot be said\n');
});

it('detect says in words that a short run was not judged, not that it kept to its curve', async () => {
  const { out, err } = await detected(fileOf(healthy(100)));
  expect(out).toBe('');
  expect(err).toMatch(/too few points: 100 of the 300/);
});
