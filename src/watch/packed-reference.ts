// A finished run's losses as text in the context of those compared with it: whatever becomes of it, they are judged the same.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ReferenceCurve, type ReferenceRun } from '../core/detection/reference-run.js';
import type { PackedReference } from '../runs/context-entry.js';

/** Losses of one metric by rising step. */
export interface StepLosses {
  steps: readonly number[];
  losses: readonly number[];
}

/** Differences of the steps, then the losses in single precision, which is far below any noise. */
export function packLosses({ steps, losses }: StepLosses): string {
  const moves = Float64Array.from(steps, (step, i) => step - (i > 0 ? steps[i - 1]! : 0));
  const bytes = Buffer.concat([Buffer.from(moves.buffer), Buffer.from(Float32Array.from(losses).buffer)]);
  return deflateRawSync(bytes).toString('base64');
}

function unpackLosses(text: string): { steps: Float64Array; losses: Float64Array } {
  const bytes = inflateRawSync(Buffer.from(text, 'base64'));
  const count = bytes.length / 12;
  const steps = new Float64Array(count);
  const losses = new Float64Array(count);
  for (let i = 0, step = 0; i < count; i++) {
    steps[i] = step += bytes.readDoubleLE(8 * i);
    losses[i] = bytes.readFloatLE(8 * count + 4 * i);
  }
  return { steps, losses };
}

/** Runs of one sweep lean on the same few references: each is smoothed and held once. */
const held = new Map<string, WeakRef<ReferenceRun>>();

/** The reference as a monitor takes it; without a metric whose losses are too few. */
export function unpackReference({ run, curves }: PackedReference): ReferenceRun {
  const key = createHash('sha256')
    .update(JSON.stringify([run, curves]))
    .digest('base64');
  const before = held.get(key)?.deref();
  if (before) return before;
  for (const [other, reference] of held) if (!reference.deref()) held.delete(other);
  const unpacked = new Map<string, ReferenceCurve>();
  for (const [metric, text] of Object.entries(curves)) {
    const { steps, losses } = unpackLosses(text);
    const curve = ReferenceCurve.of(steps, losses);
    if (curve) unpacked.set(metric, curve);
  }
  const reference = { name: run, curves: unpacked };
  held.set(key, new WeakRef(reference));
  return reference;
}
