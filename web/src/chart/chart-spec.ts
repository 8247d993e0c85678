// What a chart draws, in the x of its axis: lines with their extremes, bands, marks.

/** One stretch of a curve: buckets in order, each with its extremes. All arrays are of one length. */
export interface Trace {
  /** Older attempts are drawn paler. */
  newest: boolean;
  x: number[];
  step: number[];
  mean: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  /** Points in the bucket. */
  count: number[];
  nonfinite: number[];
}

/** A predicted stretch: knots in order. */
export interface BandTrace {
  /** `before`: what had been expected before a deviation, a line without a band. */
  look: 'band' | 'forecast' | 'before';
  x: number[];
  middle: number[];
  lower: number[];
  upper: number[];
}

export interface Mark {
  look: 'worse' | 'better' | 'attempt' | 'now';
  from: number;
  /** Null: a line alone. */
  to: number | null;
  label: string;
}

/** A value with its interval at the end of a forecast. */
export interface EndPoint {
  x: number;
  value: number;
  lower: number;
  upper: number;
}

/** Another run's curve beside this one's. */
export interface OtherTrace {
  name: string;
  x: number[];
  y: (number | null)[];
}

export interface ChartSpec {
  traces: Trace[];
  others?: OtherTrace[];
  bands: BandTrace[];
  marks: Mark[];
  end: EndPoint | null;
  x: { from: number; to: number; log: boolean; kind: 'number' | 'time' };
  y: { log: boolean; /** Where the range does not follow the data. */ fixed?: [number, number] };
}
