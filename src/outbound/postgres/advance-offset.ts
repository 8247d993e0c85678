// A partition's next offset: moved by whoever saw it where it is, with what the batch caused.
import type { ClientBase } from 'pg';
import type { BatchSource } from '../../watch/watch-store.js';

/** False where the stored offset is not the expected one: somebody else read on. */
export async function advanceOffset(client: ClientBase, source: BatchSource): Promise<boolean> {
  const { cluster, topic, partition, expected, next } = source;
  const place = [cluster, topic, partition, String(next)];
  const { rowCount } =
    expected === null
      ? await client.query(
          `insert into partition_offsets (cluster, topic, partition, next_offset) values ($1, $2, $3, $4)
             on conflict do nothing`,
          place,
        )
      : await client.query(
          `update partition_offsets set next_offset = $4
            where cluster = $1 and topic = $2 and partition = $3 and next_offset = $5`,
          [...place, String(expected)],
        );
  return rowCount === 1;
}
