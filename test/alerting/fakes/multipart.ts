// Reads multipart/form-data (RFC 7578) as far as the fakes need it.

/** The parts by name, or null where the body is none. */
export function multipartOf(type: string, body: Buffer): Map<string, { filename: string | null; data: Buffer }> | null {
  const boundary = /^multipart\/form-data; boundary=([\w-]+)$/.exec(type)?.[1];
  if (!boundary) return null;
  const parts = new Map<string, { filename: string | null; data: Buffer }>();
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  for (;;) {
    const from = at + mark.length;
    if (at < 0) return null;
    if (body.subarray(from, from + 2).toString() === '--') return parts;
    const head = body.indexOf('\r\n\r\n', from);
    const end = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), head);
    if (head < 0 || end < 0) return null;
    const headers = body.subarray(from, head).toString('utf8');
    const name = /[; ]name="([^"]+)"/.exec(headers)?.[1];
    if (name === undefined) return null;
    const filename = /filename="([^"]+)"/.exec(headers)?.[1] ?? null;
    parts.set(name, { filename, data: body.subarray(head + 4, end) });
    at = end + 2;
  }
}
