// What a graph of few things draws: lines with their names, bands, points with their words, places on the axis.

export interface GraphAxis {
  label: string;
  log: boolean;
  /** Words for a value in a read-out. */
  text: (value: number) => string;
  /** Words under the axis, where those of `text` are too long or too many. */
  tickText?: (value: number) => string;
  /** Ticks stand at whole numbers alone. */
  whole?: boolean;
  /** Where the range does not follow what is drawn. */
  range?: readonly [number, number];
}

export type Look = 'law' | 'other' | 'quiet' | 'ramp' | 'good' | 'now';

export interface GraphLine {
  look: Look;
  points: readonly { x: number; y: number }[];
  /** Written at its end. */
  name?: string;
  dashed?: boolean;
  /** Place on the ramp from the least to the largest, 0 to 1. */
  shade?: number;
}

export interface GraphBand {
  look: Look;
  points: readonly { x: number; lower: number; upper: number }[];
}

export interface GraphPoint {
  x: number;
  y: number;
  look: Look;
  shape?: 'dot' | 'ring' | 'diamond';
  /** Said when the point is under the cursor. */
  words: string;
  href?: string;
  shade?: number;
  /** Its interval, drawn as a whisker. */
  lower?: number;
  upper?: number;
}

export interface GraphMark {
  at: number;
  name: string;
  /** Everything beyond it is shaded: no evidence there. */
  shadeBeyond?: boolean;
}

export interface GraphSpec {
  x: GraphAxis;
  y: GraphAxis;
  lines: readonly GraphLine[];
  bands: readonly GraphBand[];
  points: readonly GraphPoint[];
  marks: readonly GraphMark[];
}
