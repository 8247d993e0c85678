// A first look over a run file: its name, its end, its learning rates, and what it says of itself.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RateTrace } from '../../core/curves/rate-trace.js';
import { rateOf } from '../../forecast/metric-names.js';
import { readRunFile, runNameOf } from '../../inbound/files/run-file.js';
import type { RunMetadata } from '../../runs/run-announcement.js';

export interface Survey {
  /** File to read again: the one given, or what standard input was put into. */
  file: string;
  run: string;
  records: number;
  lastStep: number;
  rates: RateTrace;
  /** Metadata in order, each with the newest step at which it came; -Infinity before the first record. */
  announced: { step: number; metadata: RunMetadata }[];
  rejected: number;
  firstProblem: string | null;
  /** Removes what was put aside. */
  close: () => void;
}

/** Reads a file through once, in constant memory. Standard input (`-`) is put into a temporary file, to be read again. */
export async function surveyRun(given: string): Promise<Survey> {
  const { file, close } = given === '-' ? await spillInput() : { file: given, close: () => undefined };
  const survey: Survey = {
    file,
    run: given === '-' ? 'stdin' : runNameOf(given),
    records: 0,
    lastStep: -Infinity,
    rates: new RateTrace(),
    announced: [],
    rejected: 0,
    firstProblem: null,
    close,
  };
  try {
    for await (const entries of readRunFile(file))
      for (const entry of entries)
        if (entry.kind === 'record') {
          const { run, step, metrics } = entry.record;
          if (survey.records++ === 0 && given !== '-') survey.run = run;
          survey.lastStep = Math.max(survey.lastStep, step);
          survey.rates.add(step, rateOf(metrics));
        } else if (entry.kind === 'announcement')
          survey.announced.push({ step: survey.lastStep, metadata: entry.announcement.metadata });
        else {
          const { field, reason } = entry.rejection;
          survey.firstProblem ??= `line ${entry.line}: ${field ? `${field}: ` : ''}${reason}`;
          survey.rejected++;
        }
    return survey;
  } catch (error) {
    close();
    throw error;
  }
}

/** Metadata as known at `step`. */
export function metadataAt({ announced }: Survey, step: number): RunMetadata {
  return Object.assign({}, ...announced.filter((one) => one.step <= step).map(({ metadata }) => metadata));
}

async function spillInput(): Promise<{ file: string; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'offcurve-'));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'stdin.jsonl');
    await pipeline(process.stdin, createWriteStream(file));
    return { file, close };
  } catch (error) {
    close();
    throw error;
  }
}
