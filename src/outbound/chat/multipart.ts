// A form with a file in it (multipart/form-data, RFC 7578).
import { randomBytes } from 'node:crypto';

export interface FormPart {
  name: string;
  /** Absent: the part is a plain field. */
  filename?: string;
  type?: string;
  data: string | Buffer;
}

/** The body and the `content-type` that says how it is divided. Names are ours: they need no escaping. */
export function multipart(parts: readonly FormPart[]): { body: Buffer; type: string } {
  const boundary = `offcurve-${randomBytes(12).toString('hex')}`;
  const pieces = parts.flatMap(({ name, filename, type, data }) => [
    Buffer.from(
      [
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`,
        filename === undefined ? '' : `; filename="${filename}"`,
        type === undefined ? '' : `\r\ncontent-type: ${type}`,
        '\r\n\r\n',
      ].join(''),
    ),
    Buffer.from(data),
    Buffer.from('\r\n'),
  ]);
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}
