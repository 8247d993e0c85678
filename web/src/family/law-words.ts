// Laws in words: formulas, figures in FLOP, what a comparison of two families comes to.
import type { Multiplier } from './law-shapes.js';

/** 3.2e21: compute is read by its power of ten. */
export function flopText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const [digits, power] = value.toExponential(1).split('e') as [string, string];
  return `${digits.replace(/\.0$/, '')}e${power.replace('+', '')}`;
}

const FORMULAS: Record<string, string> = {
  chinchilla: 'L = E + A/N^α + B/D^β',
  'additive-power': 'L = E + (A/N^a + B/D^b)^g',
};
const ALONE: Record<string, string> = {
  'kaplan-n': 'a law of N alone',
  'kaplan-d': 'a law of D alone',
  'kaplan-c': 'a law of compute alone',
};

/** The law says how compute is best split: there is something to plan by. */
export const plans = (form: string | null): boolean => form !== null && form in FORMULAS;

export const formulaOf = (law: string): string => FORMULAS[law] ?? ALONE[law] ?? law;

const GREEK: Record<string, string> = { alpha: 'α', beta: 'β', gamma: 'γ', kappa: 'κ', sigma: 'σ' };

/** A parameter as formulas write it. */
export const parameterText = (name: string): string => GREEK[name] ?? name;

/** 1.3 times: a factor, two digits. */
export const timesText = (value: number): string => `${Number(value.toPrecision(2))}×`;

export function verdictText({ verdict, with: other }: Multiplier, family: string): string {
  switch (verdict) {
    case 'B needs less compute':
      return `${other} needs less compute for the same loss.`;
    case 'A needs less compute':
      return `${family} needs less compute for the same loss.`;
    case 'no difference is shown':
      return 'The data show no difference.';
    case 'it depends on the scale':
      return 'Which needs less depends on the scale.';
  }
}
