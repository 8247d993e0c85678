// Reads a metric's stored buckets as columns: one packed array by COPY, where thousands of rows of text cost most of the time.
import { buffer } from 'node:stream/consumers';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { BucketColumns } from './joined-buckets.js';
import type { KnownMetric } from './known-metric.js';
import type { StepRange } from './stored-point.js';

/** Where each column of doubles comes from. */
const SOURCES: Record<keyof BucketColumns, string> = {
  attempt: 'attempt',
  stepFrom: 'step_from',
  stepTo: 'step_to',
  timeFrom: 'time_from',
  timeTo: 'time_to',
  count: 'count',
  nonfinite: 'nonfinite',
  min: 'min',
  max: 'max',
  mean: 'mean',
};
const NAMES = Object.keys(SOURCES) as (keyof BucketColumns)[];
const PACKED = `array_agg(array[${Object.values(SOURCES).join(', ')}]::float8[])`;

/** Before the one field of the one row: signature, flags, extension, the number of fields. */
const FIELD_AT = 11 + 4 + 4 + 2;
/** Before the elements: the field's length; of the array dimensions, nulls, element type; each dimension's length and lower bound. */
const ELEMENTS_AT = FIELD_AT + 4 + 3 * 4 + 2 * 8;
const BUCKETS_AT = FIELD_AT + 4 + 3 * 4;

/** In no order. */
export async function storedBuckets(
  client: ClientBase,
  at: KnownMetric,
  range: StepRange,
  level: number,
): Promise<BucketColumns> {
  // COPY takes no parameters. It sends bytes as they are; an answer to a plain query doubles them in hexadecimal.
  const [ref, metric, from, to, of] = [at.ref, at.metric, range.from, range.to, level].map(whole);
  const sql = `copy (select ${PACKED} from buckets
                      where run_ref = ${ref} and metric = ${metric} and level = ${of}
                        and step_to >= ${from} and step_from <= ${to}) to stdout binary`;
  return columnsOf(await buffer(client.query(copyTo(sql))));
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number; give steps as safe integers`);
  return value;
}

/** From the binary form of a row whose one field is a `float8[][]`, a bucket a row; a null is NaN. No array is no bucket. */
function columnsOf(bytes: Buffer): BucketColumns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const buckets = view.getInt32(FIELD_AT) < 0 ? 0 : view.getInt32(BUCKETS_AT);
  const columns = NAMES.map(() => new Float64Array(buckets));
  let at = ELEMENTS_AT;
  for (let index = 0; index < buckets; index++)
    for (const column of columns) {
      const size = view.getInt32(at);
      at += 4;
      if (size < 0) column[index] = NaN;
      else {
        column[index] = view.getFloat64(at);
        at += size;
      }
    }
  return Object.fromEntries(NAMES.map((name, n) => [name, columns[n]!])) as unknown as BucketColumns;
}
