// The laws by their names on the command line.
import { additivePower } from './additive-power.js';
import { chinchilla } from './chinchilla.js';
import { broken } from './broken.js';
import { dataConstrained } from './data-constrained.js';
import { envelope } from './envelope.js';
import { isoflop } from './isoflop.js';
import { kaplan, kaplanSteps } from './kaplan-joint.js';
import { overtraining } from './overtraining.js';
import { kaplanC, kaplanD, kaplanN } from './kaplan-single.js';
import { LawError } from './law-error.js';
import type { LawKind } from './law-kind.js';

const LAWS: readonly LawKind[] = [
  chinchilla,
  additivePower,
  kaplanN,
  kaplanD,
  kaplanC,
  kaplan,
  kaplanSteps,
  isoflop,
  envelope,
  dataConstrained,
  overtraining,
  broken,
];

export const LAW_NAMES: readonly string[] = ['auto', ...LAWS.map(({ name }) => name)];

/** @throws LawError for a name that is none. */
export function lawNamed(name: string): LawKind {
  const found = LAWS.find((law) => law.name === name);
  if (!found) throw new LawError(`there is no law ${name}`, `use one of ${LAW_NAMES.join(', ')}`);
  return found;
}
