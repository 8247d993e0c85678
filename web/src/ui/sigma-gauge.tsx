// How far a metric is off its forecast: a dot on a scale of predictive deviations, the 90 % band shaded.
import { sigmaText } from '../format/numbers.js';

const WIDTH = 84;
const HEIGHT = 14;
/** The scale's end; what lies beyond is drawn there. */
const END = 6;
const BAND = 1.645;

export function SigmaGauge({ sigma }: { sigma: number | null }) {
  const x = (value: number): number => (WIDTH / 2) * (1 + Math.max(-END, Math.min(END, value)) / (END + 0.6));
  const tone = sigma === null || Math.abs(sigma) <= 3 ? '' : sigma > 0 ? 'worse' : 'better';
  return (
    <span class="gauge">
      <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <rect class="band" x={x(-BAND)} width={x(BAND) - x(-BAND)} y="3" height="8" rx="2" />
        <line class="axis" x1={WIDTH / 2} x2={WIDTH / 2} y1="1" y2="13" />
        {sigma !== null && (
          <>
            <line class={`reach ${tone}`} x1={WIDTH / 2} x2={x(sigma)} y1="7" y2="7" />
            <circle class={`at ${tone}`} cx={x(sigma)} cy="7" r="3.4" />
          </>
        )}
      </svg>
      <span class={`value ${tone}`}>{sigmaText(sigma)}</span>
    </span>
  );
}
