// Reads a fit's document back, and says what is wrong with it where it is none.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { DOCUMENT_VERSION, type LawDocument } from '../../core/laws/law-document.js';
import { UserError } from '../user-error.js';

const HOW = 'make it by `offcurve fit TABLE.csv --json > fit.json`';

/** @throws UserError where the file is no fit. */
export async function readFit(path: string): Promise<LawDocument> {
  let content: string;
  try {
    content = path === '-' ? await text(process.stdin) : await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UserError(`there is no file ${path}`, HOW);
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw new UserError(`${path} is a folder`, HOW);
    throw error;
  }
  let document: Partial<LawDocument> | null;
  try {
    document = JSON.parse(content);
  } catch {
    throw new UserError(`${path} is not JSON`, HOW);
  }
  if (typeof document !== 'object' || document === null || !Array.isArray(document.forms) || !document.calibration)
    throw new UserError(`${path} is no fit: it has no forms and calibration`, HOW);
  if (document.version !== DOCUMENT_VERSION)
    throw new UserError(`${path} is a fit of version ${document.version}, this reads ${DOCUMENT_VERSION}`, 'fit again');
  const parts = ['range', 'columns', 'diagnostics', 'parameters'] as const;
  const lost = parts.find((part) => typeof document[part] !== 'object' || document[part] === null);
  if (lost !== undefined) throw new UserError(`${path} is no whole fit: it has no ${lost}`, HOW);
  const whole = document.forms.length > 0 && document.forms.every((form) => form?.parameters && form.draws);
  if (!whole) throw new UserError(`${path} is no whole fit: a form lacks its parameters or draws`, HOW);
  return document as LawDocument;
}
