// The step and the time of a line of a run file, under the names that trainers and experiment trackers export them by.

/** W&B, Lightning, TensorBoard's CSV, Megatron; the first that a line has as a number counts. */
const STEPS = ['_step', 'global_step', 'trainer/global_step', 'Step', 'iteration', 'iter'];
const TIMES = ['_timestamp', 'timestamp', 'Wall time', 'wall_time'];

/** The line with `step` and `time` under these names; the same object where it has them, or nothing stands for them. */
export function withStepAndTime(line: Record<string, unknown>): Record<string, unknown> {
  const step = line.step === undefined ? numbered(line, STEPS) : undefined;
  if (step === undefined) return line;
  const { [step]: number, ...rest } = line;
  const time = line.time === undefined ? numbered(line, TIMES) : undefined;
  if (time === undefined) return { step: number, ...rest };
  const { [time]: seconds, ...metrics } = rest;
  return { step: number, time: seconds, ...metrics };
}

const numbered = (line: Record<string, unknown>, names: readonly string[]): string | undefined =>
  names.find((name) => typeof line[name] === 'number');
