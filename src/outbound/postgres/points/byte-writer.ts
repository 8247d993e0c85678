// A growing buffer of bytes with the numbers that segments are made of.

/** Variable-length integers take seven bits a byte, lowest first; signs are folded in (zigzag). */
export class ByteWriter {
  /** Room for the values of a segment, whatever they are. */
  private bytes = Buffer.allocUnsafe(8192);
  private at = 0;

  /** What was written; nothing more is written after it. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.at++] = value;
  }

  /** `value` from 0 to 2^53. */
  unsigned(value: number): void {
    this.room(8);
    while (value >= 0x80) {
      this.bytes[this.at++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.bytes[this.at++] = value;
  }

  /** The bytes of a double that is given as its two halves, without `leading` bytes before and `trailing` behind. */
  significant(high: number, low: number, leading: number, trailing: number): void {
    this.room(8);
    for (let index = leading; index < 8 - trailing; index++) {
      const half = index < 4 ? high : low;
      this.bytes[this.at++] = (half >>> (24 - 8 * (index & 3))) & 0xff;
    }
  }

  private room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(this.bytes.length * 2);
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}

/** Reads what ByteWriter wrote. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** @throws RangeError behind the end. */
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new RangeError('the segment is cut off');
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }
}
