// Every kind of deviation that there is: of a metric, of a run itself, of several runs, of a family's law.

export const DEVIATION_KINDS = [
  'pending',
  'spike',
  'shift',
  'drift',
  'divergence',
  'plateau',
  'non-finite',
  'noisier',
  'better-than-predicted',
  'silent',
  'slow',
  'data-event',
  'off-law',
] as const;
export type DeviationKind = (typeof DEVIATION_KINDS)[number];
