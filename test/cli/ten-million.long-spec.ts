// Logs of ten million lines through the built command: the same memory as for a million, the right word at the end.
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Ended, startCli } from './cli.js';
import { noise } from '../detection/noise.js';

jest.setTimeout(900_000);

const MILLION = 1_000_000;
/** How much more the longer log may take: what the collector of garbage happens to leave, no share of ten times the lines. */
const SLACK = 1.25;

/** What is planted, as shares of the log: losses that are no number, a resume from 1,000 steps back, a step up by UP for good. */
const PLANTED = { nan: 0.3, resume: 0.45, shift: 0.6 };
const NANS = 3;
const BACK = 1_000;
const UP = 0.2;

/** The smooth loss of the healthy run, whose learning rate stays the same. */
const curve = (step: number): number => 1.8 + 6 * (step + 10) ** -0.2;

/** The log in pieces of about 64 kB, its last line cut off; never whole in memory. */
function* log(lines: number): Generator<string> {
  const draw = noise(5);
  let text = '';
  let step = 0;
  for (let line = 0; line < lines; line++) {
    step = line === PLANTED.resume * lines ? step - BACK : step + 1;
    const off = step >= PLANTED.shift * lines ? UP : 0;
    const bad = line >= PLANTED.nan * lines && line < PLANTED.nan * lines + NANS;
    const loss = bad ? 'NaN' : (curve(step) * Math.exp(0.02 * draw()) + off).toFixed(5);
    text += `{"step": ${step}, "loss": ${loss}, "lr": 0.0003}\n`;
    if (text.length < 1 << 16) continue;
    yield text;
    text = '';
  }
  yield `${text}{"step": ${step + 1}, "lo`;
}

/** Runs a command over such a log on its standard input; `peak` is the most memory it ever had resident, in bytes. */
async function over(lines: number, args: readonly string[]): Promise<Ended & { peak: number }> {
  const { child, ended } = startCli(args, { stdin: 'pipe' });
  let peak = 0;
  // The kernel's own high-water mark: only what is reached in the last moment is missed.
  const look = (): void => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    peak = Math.max(peak, 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
  };
  const watch = setInterval(look, 100);
  child.once('exit', () => clearInterval(watch));
  await pipeline(Readable.from(log(lines)), child.stdin!);
  const end = await ended;
  process.stdout.write(`${args[0]}: ${lines} lines, ${Math.round(peak / 2 ** 20)} MiB at most\n`);
  return { ...end, peak };
}

const linesOf = (text: string): Record<string, never>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, never>);

const CUT_OFF = (lines: number): RegExp => new RegExp(`1 lines left out; the first: line ${lines + 1}: .* cut off`);

describe('a log of ten million lines', () => {
  it('is judged in the memory of one of a million, and both tell what happened and where', async () => {
    const peaks: number[] = [];
    for (const lines of [MILLION, 10 * MILLION]) {
      const { code, stdout, stderr, peak } = await over(lines, ['detect', '-', '--json']);
      peaks.push(peak);
      expect([code, stderr]).toEqual([0, expect.stringMatching(CUT_OFF(lines))]);
      const opened = linesOf(stdout).filter(({ event }) => event === 'opened');
      expect(opened.map(({ metric, side }) => [metric, side])).toEqual([
        ['loss', 'worse'],
        ['loss', 'worse'],
      ]);
      const [nan, shift] = opened.map(({ started_at_step: from, step, attempt }) => ({ from, step, attempt }));
      // Opened at the second in a row.
      expect(nan).toEqual({ from: PLANTED.nan * lines + 1, step: PLANTED.nan * lines + 2, attempt: 1 });
      const onset = PLANTED.shift * lines;
      expect(shift!.attempt).toBe(2);
      expect(Math.abs(shift!.from! - onset)).toBeLessThanOrEqual(5);
      expect(shift!.step! - onset).toBeLessThanOrEqual(50);
      const kinds = Object.fromEntries(linesOf(stdout).map(({ deviation, kind }) => [deviation, kind]));
      expect(Object.values(kinds)).toEqual(['non-finite', 'shift']);
    }
    expect(peaks[1]).toBeLessThan(SLACK * peaks[0]!);
  });

  it('is forecast in the memory of one of a million, and the end that would have come lies in the interval', async () => {
    const peaks: number[] = [];
    for (const lines of [MILLION, 10 * MILLION]) {
      const { code, stdout, stderr, peak } = await over(lines, ['forecast', '-', '--at', '50%', '--json']);
      peaks.push(peak);
      expect([code, stderr]).toEqual([0, expect.stringMatching(CUT_OFF(lines))]);
      const [line] = linesOf(stdout) as unknown as { final: { loss: number; lower: number; upper: number } }[];
      const end = curve(lines);
      expect(line).toMatchObject({ abstained: null, at_share: 0.5 });
      expect(line!.final.lower).toBeLessThan(end);
      expect(line!.final.upper).toBeGreaterThan(end);
      expect(line!.final.upper / line!.final.lower).toBeLessThan(1.08);
    }
    expect(peaks[1]).toBeLessThan(SLACK * peaks[0]!);
  });
});
