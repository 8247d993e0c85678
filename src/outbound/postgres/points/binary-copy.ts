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
  private view = viewOf(this.bytes);
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
    this.view.setInt16(this.at, this.columns.length);
    this.at += 2;
    return this;
  }

  int4(value: number): this {
    this.room(8);
    this.view.setInt32(this.at, 4);
    this.view.setInt32(this.at + 4, value);
    this.at += 8;
    return this;
  }

  /** `value` is a safe integer. */
  int8(value: number): this {
    this.room(12);
    this.view.setInt32(this.at, 8);
    this.view.setInt32(this.at + 4, Math.floor(value / WORD));
    this.view.setUint32(this.at + 8, ((value % WORD) + WORD) % WORD);
    this.at += 12;
    return this;
  }

  float8(value: number | null): this {
    this.room(12);
    this.double(value);
    return this;
  }

  bool(value: boolean): this {
    this.room(5);
    this.view.setInt32(this.at, 1);
    this.bytes[this.at + 4] = value ? 1 : 0;
    this.at += 5;
    return this;
  }

  /** One value, given in parts. */
  bytea(...parts: readonly Uint8Array[]): this {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    this.room(4 + length);
    this.view.setInt32(this.at, length);
    this.at += 4;
    for (const part of parts) {
      this.bytes.set(part, this.at);
      this.at += part.length;
    }
    return this;
  }

  float8Array(values: readonly (number | null)[]): this {
    const { length } = values;
    this.room(24 + 12 * length);
    const { view } = this;
    const sizeAt = this.at;
    view.setInt32(sizeAt + 4, length === 0 ? 0 : 1);
    view.setInt32(sizeAt + 8, 1);
    view.setInt32(sizeAt + 12, FLOAT8_OID);
    this.at += 16;
    if (length > 0) {
      view.setInt32(this.at, length);
      view.setInt32(this.at + 4, 1);
      this.at += 8;
    }
    for (let index = 0; index < length; index++) this.double(values[index] ?? null);
    view.setInt32(sizeAt, this.at - sizeAt - 4);
    return this;
  }

  /** Sends the rows; nothing is sent where there is none. */
  async send(client: ClientBase): Promise<void> {
    if (this.count === 0) return;
    this.room(2);
    this.view.setInt16(this.at, -1);
    this.at += 2;
    const sql = `copy ${this.table} (${this.columns.join(', ')}) from stdin binary`;
    const stream = client.query(copyFrom(sql));
    stream.end(this.bytes.subarray(0, this.at));
    await finished(stream);
  }

  /** Room for it is made. */
  private double(value: number | null): void {
    if (value === null) {
      this.view.setInt32(this.at, -1);
      this.at += 4;
      return;
    }
    this.view.setInt32(this.at, 8);
    this.view.setFloat64(this.at + 4, value);
    this.at += 12;
  }

  private room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + count));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
    this.view = viewOf(grown);
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): DataView => new DataView(buffer, byteOffset, byteLength);
