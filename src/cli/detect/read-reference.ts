// Reads a finished run that others are compared with.
import { type ReferenceRun, ReferenceCurve } from '../../core/detection/reference-run.js';
import { readRunFile } from '../../inbound/files/run-file.js';

/** Only these are compared: what a monitor judges by itself. */
const COMPARED = ['loss', 'val_loss', 'train/loss', 'train_loss', 'eval_loss'];

/**
 * The curves of a file's losses. Of a step logged twice, as after a restart, the last value counts; steps whose loss is no
 * number above 0 are left out. Empty where nothing can be compared.
 */
export async function readReference(file: string): Promise<ReferenceRun> {
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
  const curves = new Map<string, ReferenceCurve>();
  for (const [name, column] of values) {
    const steps = Float64Array.from(column.keys()).sort();
    const curve = ReferenceCurve.of(
      steps,
      steps.map((step) => column.get(step)!),
    );
    if (curve) curves.set(name, curve);
  }
  return curves;
}
