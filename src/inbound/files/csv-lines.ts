// CSV with a header as objects, numbers read as numbers, empty cells absent.
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { BrokenFile } from './broken-file.js';

/** One data line of a CSV file; `number` is its line in the file, the header being line 1. */
export type CsvLine = { number: number; cells: Record<string, unknown> } | { number: number; problem: string };

const CHUNK = 1_000;

/**
 * Streams the data lines of a CSV file in chunks; a line with too many or too few cells comes with its problem.
 * @throws BrokenFile naming `path` where the quotes do not match.
 */
export async function* csvLines(stream: Readable, path: string): AsyncGenerator<CsvLine[]> {
  const parser = stream.pipe(
    parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }),
  );
  stream.on('error', (error) => parser.destroy(error));
  let header: string[] | null = null;
  let lines: CsvLine[] = [];
  let newest = 0;
  for await (const { record, info } of parsed(parser, path)) {
    if (header === null) {
      header = record;
      continue;
    }
    newest = record.length;
    lines.push(dataLine(header, record, info.lines));
    // The newest is held back: whether it is the last shows only at the end.
    if (lines.length > CHUNK) {
      yield lines.slice(0, CHUNK);
      lines = lines.slice(CHUNK);
    }
  }
  const last = lines.at(-1);
  if (last && 'problem' in last && newest < header!.length) last.problem = `the last line is cut off: ${last.problem}`;
  if (lines.length > 0) yield lines;
}

interface Parsed {
  record: string[];
  info: { lines: number };
}

async function* parsed(parser: AsyncIterable<Parsed>, path: string): AsyncGenerator<Parsed> {
  try {
    yield* parser;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BrokenFile(`${path} is no CSV: ${error.message}`, 'close every quote, and double those within a cell');
  }
}

function dataLine(header: string[], record: string[], number: number): CsvLine {
  if (record.length !== header.length)
    return { number, problem: `${record.length} cells under a header of ${header.length}` };
  const cells: Record<string, unknown> = {};
  header.forEach((name, column) => {
    const cell = record[column]!;
    if (cell !== '') cells[name] = Number.isNaN(Number(cell)) ? cell : Number(cell);
  });
  return { number, cells };
}
