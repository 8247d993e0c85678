// A small picture of a run's residuals in predictive deviations, with the 90 % band.
const WIDTH = 150;
const HEIGHT = 30;
const END = 5;

export interface Residual {
  step: number;
  /** Lowest and highest of the stretch, and its mean. */
  low: number;
  high: number;
  mean: number;
}

export function ResidualSpark({ points }: { points: readonly Residual[] | null }) {
  const y = (sigma: number): number => (HEIGHT / 2) * (1 - Math.max(-END, Math.min(END, sigma)) / END);
  const first = points?.[0]?.step ?? 0;
  const last = points?.[points.length - 1]?.step ?? 1;
  const x = (step: number): number => (WIDTH * (step - first)) / Math.max(last - first, 1);
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <rect class="band" x="0" width={WIDTH} y={y(1.645)} height={y(-1.645) - y(1.645)} />
      <line class="zero" x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      {points && points.length > 1 && (
        <polyline
          class="curve"
          points={points.map((p) => `${x(p.step).toFixed(1)},${y(p.mean).toFixed(1)}`).join(' ')}
        />
      )}
    </svg>
  );
}
