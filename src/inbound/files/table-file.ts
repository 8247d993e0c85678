// Reads a table (CSV with a header, or JSON lines; plain, .gz or .zst; - is standard input) as rows of cells.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { csvLines } from './csv-lines.js';
import { decompressed } from './decompressed.js';

export interface TableRow {
  /** Counts from 1, the header not being a row. */
  row: number;
  /** Line in the file. */
  line: number;
  cells: Record<string, unknown>;
}

export interface TableFile {
  columns: string[];
  rows: TableRow[];
}

/** A line that cannot be read as a row. */
export class TableFileError extends Error {
  override readonly name = 'TableFileError';
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/** @throws TableFileError for a broken line, or the file system's error. */
export async function readTableFile(path: string, stdin: Readable = process.stdin): Promise<TableFile> {
  const source = path === '-' ? stdin : createReadStream(path);
  let stream = await decompressed(source, path);
  if (/\.jsonl(\.gz|\.zst)?$/.test(path)) return fromJsonLines(await text(stream));
  if (path === '-') {
    // No name says what it is: a line that opens a brace is no header.
    const content = await text(stream);
    if (/^\s*\{/.test(content)) return fromJsonLines(content);
    stream = Readable.from([content]);
  }
  const rows: TableRow[] = [];
  const columns = new Set<string>();
  for await (const lines of csvLines(stream, path))
    for (const line of lines) {
      if ('problem' in line)
        throw new TableFileError(`line ${line.number}: ${line.problem}`, 'write as many cells as the header has');
      for (const name of Object.keys(line.cells)) columns.add(name);
      rows.push({ row: rows.length + 1, line: line.number, cells: line.cells });
    }
  return { columns: [...columns], rows };
}

function fromJsonLines(content: string): TableFile {
  const rows: TableRow[] = [];
  const columns = new Set<string>();
  content.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    let cells: unknown;
    try {
      cells = JSON.parse(line);
    } catch {
      throw new TableFileError(`line ${i + 1} is not JSON`, 'write one JSON object a line');
    }
    if (typeof cells !== 'object' || cells === null || Array.isArray(cells))
      throw new TableFileError(`line ${i + 1} is no JSON object`, 'write one JSON object a line');
    for (const name of Object.keys(cells)) columns.add(name);
    rows.push({ row: rows.length + 1, line: i + 1, cells: cells as Record<string, unknown> });
  });
  return { columns: [...columns], rows };
}
