// Where a law is asked far from all of its runs: in compute, in N, in D, or in what its table never varied.
import type { LawDocument } from './law-document.js';
import { lawNamed } from './law-names.js';
import { LEAST_SPREAD } from './require.js';
import type { Place } from './run-table.js';

/** N and D may be so many times beyond the table's before the law has nothing to say of them. */
const FAR = 10;
/** A column that never varied says nothing of values this factor away. */
const OTHER = 2;

const MEANT = { params: 'N', tokens: 'D' } as const;

/** Why the law has no evidence at a place, a clause each; none where it has some. N or D that is not asked is NaN. */
export function beyondTable(document: LawDocument, place: Pick<Place, 'params' | 'tokens' | 'compute'>): string[] {
  const trusted = document.diagnostics.trusted_to_compute;
  const far = place.compute > trusted;
  const said = far ? [`${flop(place.compute)} FLOP is beyond ${flop(trusted)}`] : [];
  for (const axis of ['params', 'tokens'] as const) {
    const [asked, { min, max }, name] = [place[axis], document.range[axis], MEANT[axis]];
    // A table without the column counts each row as one.
    if (!Number.isFinite(asked) || max === 1) continue;
    const constant = Math.log(max / min) < LEAST_SPREAD;
    const part = document.forms.every(({ law }) => lawNamed(law).inputs.includes(axis));
    if (constant && !part) {
      if (asked > OTHER * max || asked < min / OTHER)
        said.push(`all runs have ${name} ${short(max)}, and the law says nothing of ${name} ${short(asked)}`);
    } else if (far)
      continue; // What lies beyond in compute does so in N or D too.
    else if (asked > FAR * max) said.push(`${name} ${short(asked)} is ${times(asked / max)} times the table's largest`);
    else if (asked < min / FAR)
      said.push(`${name} ${short(asked)} is ${times(min / asked)} times below the table's least`);
  }
  return said;
}

/** As the report of a fit says it. */
const flop = (value: number): string => value.toExponential(1).replace('e+', 'e');
const short = (value: number): string => Number(value.toPrecision(3)).toExponential().replace('e+', 'e');
const times = (factor: number): string => (factor < 1e6 ? String(Number(factor.toPrecision(2))) : short(factor));
