// Reads a metric's stored buckets as columns: one row of packed arrays, where thousands of rows of text cost most of the time.
import type { ClientBase } from 'pg';
import type { BucketColumns } from './joined-buckets.js';
import type { KnownMetric } from './known-metric.js';
import type { StepRange } from './stored-point.js';

/** Where each column of doubles comes from. */
const SOURCES: Record<keyof BucketColumns, string> = {
  attempt: 'attempt::float8',
  stepFrom: 'step_from::float8',
  stepTo: 'step_to::float8',
  timeFrom: 'time_from',
  timeTo: 'time_to',
  count: 'count::float8',
  nonfinite: 'nonfinite::float8',
  min: 'min',
  max: 'max',
  mean: 'mean',
};
const NAMES = Object.keys(SOURCES) as (keyof BucketColumns)[];
/** Before the elements of an array of one dimension: dimensions, whether there are nulls, element type, length, lower bound. */
const HEAD_BYTES = 20;
const LENGTH_AT = 12;

/** In no order. Each connection plans the statement once: a page asks for it all the time. */
export async function storedBuckets(
  client: ClientBase,
  at: KnownMetric,
  range: StepRange,
  level: number,
): Promise<BucketColumns> {
  const packed = NAMES.map((name) => `array_send(array_agg(${SOURCES[name]})) as "${name}"`);
  const { rows } = await client.query<Record<keyof BucketColumns, Buffer | null>>({
    name: 'stored-buckets',
    text: `select ${packed.join(', ')} from buckets
            where run_ref = $1 and metric = $2 and level = $5 and step_to >= $3 and step_from <= $4`,
    values: [at.ref, at.metric, range.from, range.to, level],
  });
  const columns = NAMES.map((name) => [name, doublesOf(rows[0]![name])]);
  return Object.fromEntries(columns) as unknown as BucketColumns;
}

/** The binary form of a `float8[]`; a null is NaN. No array at all is an empty one. */
function doublesOf(bytes: Buffer | null): Float64Array {
  if (bytes === null) return new Float64Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(view.getInt32(LENGTH_AT));
  let at = HEAD_BYTES;
  for (let index = 0; index < values.length; index++) {
    const size = view.getInt32(at);
    at += 4;
    if (size < 0) values[index] = NaN;
    else {
      values[index] = view.getFloat64(at);
      at += size;
    }
  }
  return values;
}
