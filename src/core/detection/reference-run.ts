// A finished run that may have read the same batches: its smooth curve, and what the batches did to it at each step.

/** Half width of the smoother in log step. */
const HALF_WIDTH = 0.08;
const NEAREST = 81;
const NODE_GAP = 5;
const ROUNDS = 3;
const OUTLIER = 6;

/** One metric of a finished run, smoothed from both sides. */
export class ReferenceCurve {
  readonly logLoss: Float64Array;
  private readonly nodes: number[] = [];
  private values: number[] = [];

  private constructor(
    readonly steps: Float64Array,
    losses: Float64Array,
  ) {
    this.logLoss = losses.map(Math.log);
  }

  /**
   * Smooths log loss by local lines in log step, robust against outliers (Cleveland 1979).
   *
   * @param steps rising, each with a loss above 0
   * @returns null where there are too few points or the steps do not rise
   */
  static of(steps: Float64Array, losses: Float64Array): ReferenceCurve | null {
    if (steps.length < 2 * NEAREST || steps.length !== losses.length) return null;
    for (let i = 0; i < steps.length; i++)
      if (!(losses[i]! > 0) || (i > 0 && !(steps[i]! > steps[i - 1]!))) return null;
    const curve = new ReferenceCurve(steps, losses);
    curve.smooth();
    return curve;
  }

  /** Smooth log loss at a step, and the residual of the value logged there; null where the reference logged none. */
  at(step: number): { smooth: number; noise: number } | null {
    const i = this.indexOf(step);
    if (this.steps[i] !== step) return null;
    const smooth = this.smoothAt(step);
    return { smooth, noise: this.logLoss[i]! - smooth };
  }

  /** Smooth log loss at any step; beyond its ends that of the end. */
  smoothAt(step: number): number {
    const x = place(step);
    const { nodes, values } = this;
    if (x <= nodes[0]!) return values[0]!;
    if (x >= nodes[nodes.length - 1]!) return values[values.length - 1]!;
    let [low, high] = [0, nodes.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (nodes[middle]! <= x) low = middle;
      else high = middle;
    }
    const share = (x - nodes[low]!) / (nodes[high]! - nodes[low]!);
    return values[low]! + share * (values[high]! - values[low]!);
  }

  private indexOf(step: number): number {
    let [low, high] = [0, this.steps.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.steps[middle]! < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private smooth(): void {
    const { steps, logLoss, nodes } = this;
    const x = steps.map(place);
    const ranges: [number, number][] = [];
    let [last, from, to] = [-NODE_GAP, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const end = i === x.length - 1;
      if (!end && i > 0 && (i - last < NODE_GAP || x[i]! - x[last]! < HALF_WIDTH / 5)) continue;
      last = i;
      nodes.push(x[i]!);
      while (x[from]! < x[i]! - HALF_WIDTH) from++;
      while (to < x.length && x[to]! <= x[i]! + HALF_WIDTH) to++;
      const lack = Math.max(0, NEAREST - (to - from));
      const begin = Math.max(0, Math.min(from - (lack >> 1), x.length - NEAREST));
      ranges.push([begin, Math.min(x.length, Math.max(to + (lack >> 1), begin + NEAREST))]);
    }
    const weights = new Float64Array(x.length).fill(1);
    for (let round = 0; round < ROUNDS; round++) {
      this.values = ranges.map(([begin, end], n) => localLine(x, logLoss, weights, nodes[n]!, begin, end));
      const residuals = logLoss.map((y, i) => y - this.smoothAt(steps[i]!));
      const spread = 1.4826 * (residuals.map(Math.abs).sort()[residuals.length >> 1]! || 1e-12);
      residuals.forEach((r, i) => (weights[i] = Math.max(0, 1 - (r / (OUTLIER * spread)) ** 2) ** 2));
    }
  }
}

/** A finished run's curves by metric. */
export interface ReferenceRun {
  name: string;
  curves: ReadonlyMap<string, ReferenceCurve>;
}

const place = (step: number): number => Math.log(Math.max(step, 0) + 1);

/** A line through the points from `begin` to `end`, weighted by distance, read at `node`. */
function localLine(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  node: number,
  begin: number,
  end: number,
): number {
  const width = 1.001 * Math.max(node - x[begin]!, x[end - 1]! - node, 1e-12);
  let [s, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  for (let i = begin; i < end; i++) {
    const d = x[i]! - node;
    const w = (weights[i]! + 1e-6) * (1 - Math.abs(d / width) ** 3) ** 3;
    s += w;
    sx += w * d;
    sy += w * y[i]!;
    sxx += w * d * d;
    sxy += w * d * y[i]!;
  }
  const spread = sxx - (sx * sx) / s;
  const slope = spread > 1e-12 * s ? (sxy - (sx * sy) / s) / spread : 0;
  return (sy - slope * sx) / s;
}
