// How a new version of a law differs from the one before: parameters in units of their standard errors, and the runs behind it.
import type { LawDocument } from '../../core/laws/law-document.js';
import type { FamilyLaw, LawChanges, LawMove, LawRow } from './family-law.js';

/** Moves that are named in the sentence, in standard errors. */
const WORTH_NAMING = 1;

export function compareVersions(
  before: Pick<FamilyLaw, 'version' | 'document' | 'rows'> | null,
  document: LawDocument,
  rows: readonly LawRow[],
): LawChanges {
  if (before === null) {
    const added = rows.map(({ run }) => run);
    return { since: null, moves: [], added, removed: [], changed: [], summary: 'the first version' };
  }
  const moves = movesOf(before.document, document);
  const old = new Map(before.rows.map((row) => [row.run, row]));
  const now = new Set(rows.map(({ run }) => run));
  return {
    since: before.version,
    moves,
    added: rows.filter(({ run }) => !old.has(run)).map(({ run }) => run),
    removed: before.rows.filter(({ run }) => !now.has(run)).map(({ run }) => run),
    changed: rows.filter((row) => old.has(row.run) && differs(old.get(row.run)!, row)).map(({ run }) => run),
    summary: summaryOf(before, document, moves),
  };
}

/** Parameters that both versions have; another form of law has others, and nothing to compare. */
function movesOf(before: LawDocument, now: LawDocument): LawMove[] {
  if (before.forms[0]?.law !== now.forms[0]?.law) return [];
  return Object.entries(now.parameters).flatMap(([parameter, value]) => {
    const old = before.parameters[parameter];
    if (old === undefined) return [];
    const error = before.standard_errors[parameter] ?? null;
    return [{ parameter, before: old, now: value, errors: error ? (value - old) / error : null }];
  });
}

function summaryOf(
  before: Pick<FamilyLaw, 'version' | 'document'>,
  now: LawDocument,
  moves: readonly LawMove[],
): string {
  const [old, form] = [before.document.forms[0]?.law, now.forms[0]?.law];
  if (old !== form) return `another form than version ${before.version}: ${form} instead of ${old}`;
  const named = moves
    .filter(({ errors }) => errors !== null && Math.abs(errors) >= WORTH_NAMING)
    .sort((a, b) => Math.abs(b.errors!) - Math.abs(a.errors!))
    .map(({ parameter, errors }) => `${parameter} moved by ${Math.abs(errors!).toFixed(1)} of its standard errors`);
  return named.length > 0
    ? named.join(', ')
    : `no parameter moved by more than its standard error since version ${before.version}`;
}

const differs = (a: LawRow, b: LawRow): boolean =>
  a.params !== b.params || a.tokens !== b.tokens || a.loss !== b.loss || a.from !== b.from;
