// Where the run ends: forecast while it goes on, measured once it is over, with what was forecast for it last.
import type { Prediction } from '../api/forecast.js';
import type { Run } from '../api/shapes.js';
import { countText, metricText } from '../format/numbers.js';

interface Props {
  run: Run;
  metric: string | null;
  prediction: Prediction | undefined;
}

export function FinalLoss({ run, metric, prediction }: Props) {
  const final = prediction?.final ?? null;
  const name = metric ?? 'loss';
  const standing = metric === null ? undefined : run.standings[metric];
  // It is of the curve without the deviation: not where the run is going now.
  const leftOut = prediction?.leansOn.map((one) => /^not what was logged from step (\d+)/.exec(one)?.[1]).find(Boolean);
  const interval = final && `${metricText(final.lower)} to ${metricText(final.upper)}`;
  if (run.status === 'finished')
    return (
      <div class="big">
        <dt>Final {name}, measured</dt>
        <dd>
          {standing?.observed == null ? '–' : metricText(standing.observed)}
          <small>
            {standing?.step === undefined ? '' : `the last value, at step ${countText(standing.step)}. `}
            {final && prediction
              ? `Forecast at step ${countText(prediction.step)}: ${metricText(final.loss)} (90 %: ${interval})`
              : 'No forecast was made'}
          </small>
        </dd>
      </div>
    );
  return (
    <div class="big">
      <dt>Final {name}, forecast</dt>
      <dd>
        {final ? metricText(final.loss) : '–'}
        <small>
          {final ? `90 %: ${interval}` : (prediction?.abstained ?? 'no forecast yet')}
          {final && leftOut && <span class="notice"> · as if not off since step {countText(Number(leftOut))}</span>}
        </small>
      </dd>
    </div>
  );
}
