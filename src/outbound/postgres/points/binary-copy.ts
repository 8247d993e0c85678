// Rows in PostgreSQL's binary COPY format. https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
import { finished } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const HEADER = Buffer.from('5047434f50590aff0d0a00' + '00000000' + '00000000', 'hex');
const FLOAT8_OID = 701;
const WORD = 2 ** 32;

/** Rows for one COPY, field by field in the order of its columns. */
export class BinaryCopy {
  private bytes = Buffer.allocUnsafe(1 << 16);
  private at = 0;
  private count = 0;

  constructor(
    private readonly table: string,
    private readonly columns: readonly string[],
  ) {
    this.at = HEADER.copy(this.bytes);
  }

  get rows(): number {
    return this.count;
  }

  /** Begins a row. */
  row(): this {
    this.count++;
    this.room(2);
    this.at = this.bytes.writeInt16BE(this.columns.length, this.at);
    return this;
  }

  int4(value: number): this {
    this.room(8);
    this.at = this.bytes.writeInt32BE(4, this.at);
    this.at = this.bytes.writeInt32BE(value, this.at);
    return this;
  }

  /** `value` is a safe integer. */
  int8(value: number): this {
    this.room(12);
    this.at = this.bytes.writeInt32BE(8, this.at);
    this.at = this.bytes.writeInt32BE(Math.floor(value / WORD), this.at);
    this.at = this.bytes.writeUInt32BE(((value % WORD) + WORD) % WORD, this.at);
    return this;
  }

  float8(value: number | null): this {
    this.room(12);
    if (value === null) {
      this.at = this.bytes.writeInt32BE(-1, this.at);
      return this;
    }
    this.at = this.bytes.writeInt32BE(8, this.at);
    this.at = this.bytes.writeDoubleBE(value, this.at);
    return this;
  }

  bool(value: boolean): this {
    this.room(5);
    this.at = this.bytes.writeInt32BE(1, this.at);
    this.bytes[this.at++] = value ? 1 : 0;
    return this;
  }

  bytea(value: Uint8Array): this {
    this.room(4 + value.length);
    this.at = this.bytes.writeInt32BE(value.length, this.at);
    this.bytes.set(value, this.at);
    this.at += value.length;
    return this;
  }

  float8Array(values: readonly (number | null)[]): this {
    const { length } = values;
    this.room(24 + 12 * length);
    const sizeAt = this.at;
    this.at += 4;
    this.at = this.bytes.writeInt32BE(length === 0 ? 0 : 1, this.at);
    this.at = this.bytes.writeInt32BE(1, this.at);
    this.at = this.bytes.writeInt32BE(FLOAT8_OID, this.at);
    if (length > 0) {
      this.at = this.bytes.writeInt32BE(length, this.at);
      this.at = this.bytes.writeInt32BE(1, this.at);
    }
    for (let index = 0; index < length; index++) this.float8(values[index] ?? null);
    this.bytes.writeInt32BE(this.at - sizeAt - 4, sizeAt);
    return this;
  }

  /** Sends the rows; nothing is sent where there is none. */
  async send(client: ClientBase): Promise<void> {
    if (this.count === 0) return;
    this.room(2);
    this.at = this.bytes.writeInt16BE(-1, this.at);
    const sql = `copy ${this.table} (${this.columns.join(', ')}) from stdin binary`;
    const stream = client.query(copyFrom(sql));
    stream.end(this.bytes.subarray(0, this.at));
    await finished(stream);
  }

  private room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + count));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}
