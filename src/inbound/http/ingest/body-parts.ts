// The pieces of a body: one JSON value, an array of them, or one on each line.
import { isUtf8 } from 'node:buffer';
import { parsePythonJson } from '../../../runs/python-json.js';
import { type Rejection } from '../../../runs/rejection.js';

/** A piece of the body, by its place among the pieces; or why it cannot be read. */
export type BodyPart = { index: number; value: unknown } | { index: number; rejection: Rejection };

/** The body as a whole cannot be read. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

const LINES = /\b(x-ndjson|ndjson|jsonl|jsonlines|json-seq|json-lines)\b/i;

/**
 * Takes a body apart. Lines are told by the content type, or by the body itself where it is not one JSON value; empty lines
 * are not counted.
 *
 * @throws UnreadableBody where there is nothing, no UTF-8, or no JSON at all
 */
export function bodyParts(body: Buffer, contentType: string | undefined): BodyPart[] {
  if (!isUtf8(body)) throw new UnreadableBody('the body is not UTF-8; encode the JSON in UTF-8');
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  if (text.trim() === '') throw new UnreadableBody('the body is empty; send a JSON object, an array, or one a line');
  if (LINES.test(contentType ?? '')) return linesOf(text);
  let whole: unknown;
  try {
    whole = parsePythonJson(text);
  } catch (error) {
    const parts = linesOf(text);
    if (parts.length > 1 && parts.some((part) => 'value' in part)) return parts;
    throw new UnreadableBody(`the body is not JSON: ${(error as Error).message}`);
  }
  return Array.isArray(whole) ? whole.map((value, index) => ({ index, value })) : [{ index: 0, value: whole }];
}

function linesOf(text: string): BodyPart[] {
  const parts: BodyPart[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const index = parts.length;
    try {
      parts.push({ index, value: parsePythonJson(line) });
    } catch (error) {
      const reason = `the line is not JSON: ${(error as Error).message}`;
      parts.push({ index, rejection: { field: '', reason, fix: 'send one JSON object a line' } });
    }
  }
  return parts;
}
