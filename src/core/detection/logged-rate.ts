// The learning rate among a record's values, under the names that trainers give it.

const RATES = ['lr', 'learning_rate', 'train/lr', 'train/learning_rate'];

/** NaN where it has none. */
export function rateOf(values: Readonly<Record<string, number>>): number {
  // Asked for every record: the usual name first, by itself.
  if (values.lr !== undefined) return values.lr;
  for (const name of RATES) {
    const rate = values[name];
    if (rate !== undefined) return rate;
  }
  return NaN;
}
