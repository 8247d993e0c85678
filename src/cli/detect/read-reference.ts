// Reads the losses of a finished run that others are compared with.
import { type ReferenceRun, ReferenceCurve } from '../../core/detection/reference-run.js';
import { readRunFile, runNameOf } from '../../inbound/files/run-file.js';
import type { StepLosses } from '../../watch/packed-reference.js';

/** Only these are compared: what a monitor judges by itself. */
const COMPARED = ['loss', 'val_loss', 'train/loss', 'train_loss', 'eval_loss'];

/**
 * A file's losses by metric. Of a step logged twice, as after a restart, the last value counts; steps whose loss is no
 * number above 0 are left out.
 */
export async function readLosses(file: string): Promise<Map<string, StepLosses>> {
  const values = new Map<string, Map<number, number>>();
  for await (const entries of readRunFile(file))
    for (const entry of entries) {
      if (entry.kind !== 'record') continue;
      const { step, metrics } = entry.record;
      for (const name of COMPARED) {
        const value = metrics[name];
        if (value === undefined || !(value > 0) || !Number.isFinite(value)) continue;
        let column = values.get(name);
        if (!column) values.set(name, (column = new Map()));
        column.set(step, value);
      }
    }
  const losses = new Map<string, StepLosses>();
  for (const [name, column] of values) {
    const steps = [...column.keys()].sort((a, b) => a - b);
    losses.set(name, { steps, losses: steps.map((step) => column.get(step)!) });
  }
  return losses;
}

/** The curves of a file's losses; none where they are too few. */
export async function readReference(file: string): Promise<ReferenceRun> {
  const curves = new Map<string, ReferenceCurve>();
  for (const [name, { steps, losses }] of await readLosses(file)) {
    const curve = ReferenceCurve.of(Float64Array.from(steps), Float64Array.from(losses));
    if (curve) curves.set(name, curve);
  }
  return { name: runNameOf(file), curves };
}
