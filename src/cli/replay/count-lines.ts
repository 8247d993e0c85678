// How much there is to play, for the progress bar.
import { createReadStream } from 'node:fs';
import { decompressed } from '../../inbound/files/decompressed.js';

/** Lines of a run file that are not empty, as they are without its compression. Standard input cannot be counted: 0. */
export async function countLines(path: string): Promise<number> {
  if (path === '-') return 0;
  const stream = await decompressed(createReadStream(path, { highWaterMark: 1 << 18 }), path);
  let lines = 0;
  let lastByte = 10;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    for (const byte of piece) {
      if (byte === 10 && lastByte !== 10) lines++;
      lastByte = byte;
    }
  }
  return lastByte === 10 ? lines : lines + 1;
}
