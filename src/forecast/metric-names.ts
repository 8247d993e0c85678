// Which metrics are losses, learning rates and batch sizes, under the names that trainers give them.

/** Training and validation losses that are forecast unless the run's `watch` says otherwise, the usual first. */
export const LOSSES: readonly string[] = ['loss', 'train/loss', 'train_loss', 'val_loss', 'eval_loss'];
const RATES: readonly string[] = ['lr', 'learning_rate', 'train/lr', 'train/learning_rate'];

/** The learning rate among a record's metrics, NaN where it has none. */
export function rateOf(metrics: Readonly<Record<string, number>>): number {
  // Asked for every record: the usual name first, by itself.
  if (metrics.lr !== undefined) return metrics.lr;
  for (const name of RATES) {
    const rate = metrics[name];
    if (rate !== undefined) return rate;
  }
  return NaN;
}

/** The size of the batch among a record's metrics, in the log's own unit; NaN where it has none. */
export function batchOf(metrics: Readonly<Record<string, number>>): number {
  // Asked for every record, most of which have none: by name, not in a loop over names, which looks each of them up anew.
  return (
    metrics.batch_size ??
    metrics.global_batch_size ??
    metrics['train/batch_size'] ??
    metrics['train/global_batch_size'] ??
    NaN
  );
}
