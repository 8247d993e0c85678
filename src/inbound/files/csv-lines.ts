// CSV with a header as objects, numbers read as numbers, empty cells absent.
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** One data line of a CSV file; `number` is its line in the file, the header being line 1. */
export type CsvLine = { number: number; cells: Record<string, unknown> } | { number: number; problem: string };

const CHUNK = 1_000;

/** Streams the data lines of a CSV file in chunks; a line with too many or too few cells comes with its problem. */
export async function* csvLines(stream: Readable): AsyncGenerator<CsvLine[]> {
  const parser = stream.pipe(
    parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }),
  );
  stream.on('error', (error) => parser.destroy(error));
  let header: string[] | null = null;
  let lines: CsvLine[] = [];
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    if (header === null) {
      header = record;
      continue;
    }
    lines.push(dataLine(header, record, info.lines));
    if (lines.length >= CHUNK) {
      yield lines;
      lines = [];
    }
  }
  if (lines.length > 0) yield lines;
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
