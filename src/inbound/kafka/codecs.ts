// Teaches kafkajs the codecs it leaves out: one compressed message that it cannot read would stop the consumer.
import * as zstd from '@mongodb-js/zstd';
import kafkajs from 'kafkajs';
import * as lz4 from 'lz4-napi';
import snappy from 'snappy';

/** What kafkajs asks of a codec: `encoder.buffer` holds the records of a batch. */
interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

// Node does not see all names of this CommonJS package.
const { CompressionCodecs, CompressionTypes } = kafkajs;

const ZSTD_LEVEL = 3;

/** Snappy as Java clients write it: this magic, two version numbers, then blocks that each have their length before them. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEADER_BYTES = 16;

const snappyCodec: Codec = {
  compress: ({ buffer }) => snappy.compress(buffer),
  decompress: async (buffer) => {
    if (!buffer.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return asBuffer(await snappy.uncompress(buffer));
    const blocks: Buffer[] = [];
    for (let at = XERIAL_HEADER_BYTES; at < buffer.length;) {
      const length = buffer.readInt32BE(at);
      at += 4;
      blocks.push(asBuffer(await snappy.uncompress(buffer.subarray(at, at + length))));
      at += length;
    }
    return Buffer.concat(blocks);
  },
};

const lz4Codec: Codec = {
  compress: ({ buffer }) => lz4.compressFrame(buffer),
  decompress: (buffer) => lz4.decompressFrame(buffer),
};

const zstdCodec: Codec = {
  compress: ({ buffer }) => zstd.compress(buffer, ZSTD_LEVEL),
  decompress: (buffer) => zstd.decompress(buffer),
};

const asBuffer = (data: Buffer | string): Buffer => (typeof data === 'string' ? Buffer.from(data) : data);

/** Makes snappy, lz4 and zstd known to kafkajs in this process; none and gzip it has. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => snappyCodec;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4Codec;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
}
