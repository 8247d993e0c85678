// Reads a recorded run (JSON lines or CSV; plain, .gz or .zst) as a stream of checked records and announcements.
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { type CsvLine, csvLines } from './csv-lines.js';
import { decompressed } from './decompressed.js';
import { withStepAndTime } from './tracker-columns.js';
import { parsePythonJson } from '../../runs/python-json.js';
import { type MetricRecord, decodeFlatRecord, decodeMetricRecord } from '../../runs/metric-record.js';
import type { Decoded, Rejection } from '../../runs/rejection.js';
import { type RunAnnouncement, decodeRunAnnouncement } from '../../runs/run-announcement.js';

/** One line of a run file; `line` counts from 1. */
export type RunFileEntry =
  | { kind: 'record'; line: number; record: MetricRecord; ignored: readonly string[] }
  | { kind: 'announcement'; line: number; announcement: RunAnnouncement; ignored: readonly string[] }
  | { kind: 'rejected'; line: number; rejection: Rejection };

/** The run's name by its file: without `.jsonl` or `.csv` and a following `.gz` or `.zst`, and nothing else taken away. */
export function runNameOf(path: string): string {
  return basename(path).replace(/\.(jsonl|csv)(\.gz|\.zst)?$/, '');
}

/**
 * Streams a run file in chunks of entries, in order, in constant memory. `-` reads standard input.
 *
 * The run is named by the file unless the first line names it. Lines that cannot be used come as `rejected`.
 * @throws the file system's error where the file cannot be read, or the decompressor's where it is broken.
 */
export async function* readRunFile(path: string, stdin: Readable = process.stdin): AsyncGenerator<RunFileEntry[]> {
  const source = path === '-' ? stdin : createReadStream(path, { highWaterMark: 1 << 18 });
  const stream = await decompressed(source, path);
  const reader = new LineDecoder(path === '-' ? 'stdin' : runNameOf(path));
  if (/\.csv(\.gz|\.zst)?$/.test(path)) {
    for await (const lines of csvLines(stream, path)) yield lines.map((line) => reader.csv(line));
  } else {
    for await (const lines of textLines(stream)) {
      const entries: RunFileEntry[] = [];
      for (const line of lines) {
        const entry = reader.json(line);
        if (entry) entries.push(entry);
      }
      yield entries;
    }
  }
}

interface TextLine {
  number: number;
  /** Null where the bytes are not UTF-8. */
  text: string | null;
  /** The file ended without a line break behind it. */
  unended: boolean;
}

async function* textLines(stream: AsyncIterable<Buffer>): AsyncGenerator<TextLine[]> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const piece of stream) {
    const buffer = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    const lines: TextLine[] = [];
    let start = 0;
    for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10, start)) {
      lines.push(textLine(buffer.subarray(start, end), ++number, false));
      start = end + 1;
    }
    rest = buffer.subarray(start);
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) yield [textLine(rest, number + 1, true)];
}

const textLine = (bytes: Buffer, number: number, unended: boolean): TextLine => ({
  number,
  text: isUtf8(bytes) ? bytes.toString('utf8') : null,
  unended,
});

class LineDecoder {
  private first = true;

  constructor(private run: string) {}

  json(line: TextLine): RunFileEntry | null {
    if (line.text === null) return refuse(line.number, 'the line is not UTF-8', 'write the file in UTF-8');
    const text = line.text.trim();
    if (text === '') return null;
    let value: unknown;
    try {
      value = parsePythonJson(text);
    } catch {
      return line.unended
        ? refuse(line.number, 'the last line is cut off', 'nothing, if the run is still being written')
        : refuse(line.number, 'the line is not JSON', 'write one JSON object a line');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refuse(line.number, 'the line is no JSON object', 'write one JSON object a line');
    return this.object(value as Record<string, unknown>, line.number);
  }

  csv(line: CsvLine): RunFileEntry {
    if ('problem' in line) return refuse(line.number, line.problem, 'write as many cells as the header has');
    return this.object(line.cells, line.number);
  }

  private object(value: Record<string, unknown>, line: number): RunFileEntry {
    const first = this.first;
    this.first = false;
    if (typeof value.run === 'object' && value.run !== null) {
      const given = value.run as Record<string, unknown>;
      if (first && typeof given.run === 'string') this.run = given.run;
      const decoded = decodeRunAnnouncement({ ...given, run: given.run ?? this.run });
      if (!decoded.ok) return { kind: 'rejected', line, rejection: decoded.rejection };
      return { kind: 'announcement', line, announcement: decoded.value, ignored: decoded.ignored };
    }
    if (first && typeof value.run === 'string' && value.run !== '') this.run = value.run;
    const decoded: Decoded<MetricRecord> =
      typeof value.metrics === 'object' && value.metrics !== null
        ? decodeMetricRecord({ ...value, run: value.run ?? this.run })
        : decodeFlatRecord(
            typeof value.run === 'string' && value.run !== '' ? value.run : this.run,
            withStepAndTime(value),
          );
    if (!decoded.ok) return { kind: 'rejected', line, rejection: decoded.rejection };
    return { kind: 'record', line, record: decoded.value, ignored: decoded.ignored };
  }
}

const refuse = (line: number, reason: string, fix: string): RunFileEntry => ({
  kind: 'rejected',
  line,
  rejection: { field: '', reason, fix },
});
