// What the pictures of laws share: the page, logarithmic axes with round ticks, a curve in its band, points with their intervals.

export type Spec = Record<string, unknown>;

/** A knot of a law's curve, or a run with its interval; `x` is compute, N, D or a loss. */
export interface Knot {
  x: number;
  loss: number;
  lower: number;
  upper: number;
}

export const [WIDTH, HEIGHT] = [640, 330];
export const [INK, ACCENT] = ['#2f5f9e', '#c8501e'];
/** Characters. */
const LONGEST_LINE = 76;
/** Below so many decades powers of ten alone are too few ticks. */
const FEW_DECADES = 2.5;
/** Most labelled powers of ten. */
const MOST_TICKS = 9;
const EXPONENT = "replace(format(datum.value, '.1~e'), '+', '')";

/** A page of panels, one below the other. */
export const pageOf = (title: string, notes: string, panels: readonly Spec[]): Spec => ({
  background: 'white',
  padding: 16,
  title: {
    text: title,
    subtitle: linesOf(notes),
    anchor: 'start',
    fontSize: 16,
    subtitleFontSize: 12,
    subtitleColor: '#555555',
  },
  config: {
    font: 'DejaVu Sans',
    axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e4e4e4', titlePadding: 8 },
    legend: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal' },
    view: { stroke: '#bbbbbb' },
  },
  spacing: 24,
  vconcat: panels,
});

/** Lines no wider than a panel: the font is not measured, and a long line would widen the page. */
function linesOf(notes: string): string[] {
  const lines = [''];
  for (const word of notes.split(' ').filter((one) => one !== '')) {
    const longer = `${lines.at(-1)!} ${word}`.trim();
    if (longer.length > LONGEST_LINE) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Powers of ten within, thinned where they are many; with twos and fives where they are few. */
export function logTicks(from: number, to: number): number[] {
  const decades = Math.log10(to / from);
  const steps = decades < FEW_DECADES ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / MOST_TICKS));
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++)
    if (power % every === 0) ticks.push(...steps.map((step) => step * 10 ** power));
  return ticks.filter((tick) => tick >= from * 0.999 && tick <= to * 1.001);
}

/** An encoding of `field` on a logarithmic axis with numbers such as 1e22. */
export const logAxis = (field: string, title: string, [from, to]: readonly [number, number]): Spec => ({
  field,
  type: 'quantitative',
  title,
  scale: { type: 'log', domain: [from, to], nice: false },
  axis: { values: logTicks(from, to), labelExpr: EXPONENT },
});

/** An encoding of `field` as values between bounds; logarithmic where all are above 0 and `log` is asked for. */
export function valueAxis(field: string, title: string, values: readonly number[], log: boolean): Spec {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const isLog = log && low > 0;
  const margin = isLog ? (high / low) ** 0.05 : 0.05 * (high - low || Math.abs(high) || 1);
  const domain = isLog ? [low / margin, high * margin] : [low - margin, high + margin];
  return {
    field,
    type: 'quantitative',
    title,
    scale: { type: isLog ? 'log' : 'linear', domain, nice: false, ...(!isLog && { zero: false }) },
    axis: { format: '.3~g', tickCount: 7 },
  };
}

/** The curve in its band. `x` and `y` are encodings; the field of `y` is put in here. */
export const bandLayers = (knots: readonly Knot[], x: Spec, y: Spec, color: string = INK): Spec[] => [
  {
    data: { values: knots },
    mark: { type: 'area', color, opacity: 0.18, clip: true },
    encoding: { x, y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
  },
  {
    data: { values: knots },
    mark: { type: 'line', color, strokeWidth: 2, clip: true },
    encoding: { x, y: { ...y, field: 'loss' } },
  },
];

/** A point with its interval, and a name above it or below. */
export interface NamedKnot extends Knot {
  name?: string;
  isBelow?: boolean;
}

/** Points with their intervals. Names stay within the panel: the font is not measured, and what sticks out widens the page. */
export function intervalLayers(points: readonly NamedKnot[], x: Spec, y: Spec, color: string = ACCENT): Spec[] {
  const { domain, type } = x.scale as { domain: [number, number]; type: string };
  const [low, high] = type === 'log' ? domain.map(Math.log) : domain;
  const shareOf = (value: number): number => ((type === 'log' ? Math.log(value) : value) - low!) / (high! - low!);
  const names = [false, true].flatMap((isBelow) =>
    (['left', 'center', 'right'] as const).map((align) => ({
      data: {
        values: points.filter(
          (point) =>
            point.name !== undefined && (point.isBelow ?? false) === isBelow && sideOf(shareOf(point.x)) === align,
        ),
      },
      mark: { type: 'text', color, align, dy: isBelow ? 14 : -12, fontSize: 12 },
      encoding: { x, y: { ...y, field: isBelow ? 'lower' : 'upper' }, text: { field: 'name' } },
    })),
  );
  return [
    {
      data: { values: points },
      mark: { type: 'rule', color, strokeWidth: 2, clip: true },
      encoding: { x, y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
    },
    {
      data: { values: points },
      mark: { type: 'point', color, filled: true, opacity: 1, size: 60, clip: true },
      encoding: { x, y: { ...y, field: 'loss' } },
    },
    ...names.filter(({ data }) => data.values.length > 0),
  ];
}

const sideOf = (share: number): 'left' | 'center' | 'right' =>
  share < 0.1 ? 'left' : share > 0.9 ? 'right' : 'center';

/** The least and the largest, some way apart even where all are one. */
export function spanOf(values: readonly number[], beside = 1.3): [number, number] {
  const finite = values.filter((value) => value > 0 && Number.isFinite(value));
  return [Math.min(...finite) / beside, Math.max(...finite) * beside];
}
