// The plain bytes of a file that may be gzip or Zstandard, told by its name or, on standard input, by its first bytes.
import { PassThrough, Readable, pipeline } from 'node:stream';
import * as zlib from 'node:zlib';
import * as zstd from '@mongodb-js/zstd';
import { BrokenFile } from './broken-file.js';

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Wraps `source` in the decompressor its first bytes call for; a broken archive ends the stream with an error naming `path`. */
export async function decompressed(source: Readable, path: string): Promise<Readable> {
  const { first, whole } = await peek(source);
  if (first.subarray(0, 2).equals(GZIP)) return through(whole, zlib.createGunzip(), path);
  if (first.subarray(0, 4).equals(ZSTD)) return through(whole, zstdStream() ?? wholeZstd(), path);
  return whole;
}

async function peek(source: Readable): Promise<{ first: Buffer; whole: Readable }> {
  const iterator = source[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  const { value, done } = await iterator.next();
  const first = done ? Buffer.alloc(0) : value;
  const whole = new PassThrough();
  void (async () => {
    try {
      if (!done) whole.write(first);
      for await (const piece of { [Symbol.asyncIterator]: () => iterator })
        if (!whole.write(piece)) await new Promise((resolve) => whole.once('drain', resolve));
      whole.end();
    } catch (error) {
      whole.destroy(error as Error);
    }
  })();
  return { first, whole };
}

function through(source: Readable, transform: NodeJS.ReadWriteStream, path: string): Readable {
  // What it fails by comes to whoever reads the transform, who is told of the file.
  pipeline(source, transform, () => undefined);
  return Readable.from(naming(path, transform), { objectMode: false });
}

async function* naming(path: string, stream: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    throw new BrokenFile(
      `${path} is a broken or cut-off archive: ${(error as Error).message}`,
      'copy the file again, or unpack what can be read of it',
    );
  }
}

/** Node's own streaming decoder, where this Node has one (22.15 and later). */
function zstdStream(): NodeJS.ReadWriteStream | null {
  const create = (zlib as unknown as { createZstdDecompress?: () => NodeJS.ReadWriteStream }).createZstdDecompress;
  return create ? create() : null;
}

/** For Node 20: collects the archive and unpacks it at once. */
function wholeZstd(): NodeJS.ReadWriteStream {
  const pieces: Buffer[] = [];
  const stream = new PassThrough({
    transform(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
    flush(done) {
      zstd.decompress(Buffer.concat(pieces)).then(
        (plain) => {
          this.push(plain);
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  return stream;
}
