// The run's name and where it stands, in one line of figures.
import type { Prediction } from '../api/forecast.js';
import type { Bucket, Deviation, Run } from '../api/shapes.js';
import { plannedSteps, progressOf, tokensPerSecond } from '../fleet/fleet-row.js';
import { computeWords } from '../format/compute.js';
import { countText, metricText, percentText, sigmaText, sizeText, usdText } from '../format/numbers.js';
import { agoText, millis, spanText, timeText } from '../format/times.js';
import { familyPath } from '../routing.js';
import { clockNotice } from './clock-notice.js';
import { FinalLoss } from './final-loss.js';
import { StatusBadge } from '../ui/status-badge.js';
import { useNow } from '../ui/use-media.js';
import { worstDeviation } from '../fleet/attention.js';

interface Props {
  run: Run;
  metric: string | null;
  predictions: readonly Prediction[];
  deviations: readonly Deviation[];
  /** The metric from its first step to its newest; empty until it is read. */
  overview: readonly Bucket[];
}

export function RunHead({ run, metric, predictions, deviations, overview }: Props) {
  const now = useNow(1000);
  const firstStep = overview[0]?.step_from ?? null;
  const standing = metric === null ? undefined : run.standings[metric];
  const prediction = predictions.find((one) => one.metric === metric);
  const worst = worstDeviation(deviations.filter(({ status }) => status !== 'resolved'));
  const compute = worst === null ? null : computeWords(worst);
  const share = progressOf(run);
  const planned = plannedSteps(run);
  const heard = millis(run.last_arrival ?? run.last_time);
  const open = deviations.find((one) => one.status !== 'resolved' && one.metric === metric && one.sigma !== null);
  // Single values scatter back into the band while a deviation is open: it is the deviation that counts.
  const sigma = open?.sigma ?? standing?.sigma ?? null;
  const speed = tokensPerSecond(run, firstStep);
  const tone = sigma === null || Math.abs(sigma) <= 3 ? '' : sigma > 0 ? 'worse' : 'better';
  const left = remainingMs(run, planned, firstStep);
  const skewed = clockNotice(run);
  return (
    <div>
      <p class="crumbs">
        <a href="/">Runs</a>
        {run.project && (
          <>
            {' / '}
            <a href={`/?project=${encodeURIComponent(run.project)}`}>{run.project}</a>
          </>
        )}
        {run.family && (
          <>
            {' / '}
            <a href={familyPath(run.family)}>{run.family}</a>
          </>
        )}
      </p>
      <div class="head">
        <h1>{run.name ?? run.id}</h1>
        <StatusBadge status={run.status} />
        {run.tags.map((tag) => (
          <a key={tag} class="badge" href={`/?tag=${encodeURIComponent(tag)}`}>
            {tag}
          </a>
        ))}
      </div>
      <dl class="facts">
        <div class="big">
          <dt>{metric === null ? 'Newest value' : `${metric} now`}</dt>
          <dd>
            {metricText(
              standing ? (standing.observed ?? (standing.observed_nonfinite ? NaN : null)) : overview.at(-1)?.mean,
            )}
            <small>
              {standing?.expected != null ? `expected ${metricText(standing.expected)}` : (standing?.reason ?? ' ')}
            </small>
          </dd>
        </div>
        <div class="big">
          <dt>Off its curve</dt>
          <dd class={tone}>
            {sigmaText(sigma)}
            <small>
              {open
                ? `since step ${countText(open.started_at_step)}; newest value ${sigmaText(standing?.sigma)}`
                : sigma === null
                  ? metric !== null && standing === undefined
                    ? `not judged: name it in the run's watch`
                    : standing?.observed_nonfinite
                      ? 'not a finite number'
                      : standing?.observed != null && standing.observed <= 0
                        ? 'not above 0: not judged'
                        : standing?.state === 'warming-up'
                          ? 'too early to judge'
                          : ' '
                  : Math.abs(sigma) < 1.645
                    ? 'within the 90 % band'
                    : sigma > 0
                      ? 'worse than predicted'
                      : 'better than predicted'}
            </small>
          </dd>
        </div>
        {worst !== null && compute !== null && (
          <div class="big">
            <dt>{worst.side === 'better' ? 'Ahead by' : 'It costs'}</dt>
            <dd class={worst.side === 'better' ? 'better' : 'worse'}>
              {compute.value} of its compute
              <small>
                {[
                  compute.lower === compute.upper ? null : `90 %: ${compute.lower} to ${compute.upper}`,
                  worst.price.gpu_hours && `${sizeText(worst.price.gpu_hours.value)} GPU-h`,
                  worst.price.usd && usdText(worst.price.usd.value),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </dd>
          </div>
        )}
        <FinalLoss run={run} metric={metric} prediction={prediction} />
        <div class="big">
          <dt>Progress</dt>
          <dd>
            {share === null
              ? `step ${countText(Math.max(run.newest_step, 0))}`
              : percentText(Math.floor(share * 1000) / 1000)}
            <small>
              {planned === null
                ? 'no plan announced'
                : `step ${countText(Math.max(run.newest_step, 0))} of ${countText(planned)}`}
              {left !== null && run.status === 'running' ? ` · ${spanText(left)} left` : ''}
            </small>
          </dd>
        </div>
        <div class="big">
          <dt>Last heard</dt>
          <dd class={run.status === 'silent' ? 'notice' : ''} title={timeText(heard)}>
            {heard === null ? 'never' : agoText(heard, now)}
            <small>
              {run.seconds_per_record === null ? ' ' : `a record each ${spanOfSeconds(run.seconds_per_record)}`}
              {speed === null ? '' : ` · ${sizeText(speed)} tokens/s`}
            </small>
            {skewed !== null && <small class="notice">{skewed}</small>}
          </dd>
        </div>
      </dl>
    </div>
  );
}

const spanOfSeconds = (seconds: number): string =>
  seconds < 1
    ? `${Number((1000 * seconds).toPrecision(2))}\u202fms`
    : seconds < 10
      ? `${Number(seconds.toPrecision(2))}\u202fs`
      : spanText(1000 * seconds);

/** To the end of the plan at the run's usual pace, in milliseconds. */
function remainingMs(run: Run, planned: number | null, firstStep: number | null): number | null {
  const { first_time, last_time, newest_step: newest } = run;
  const [first, last] = [millis(first_time), millis(last_time)];
  if (planned === null || first === null || last === null || firstStep === null) return null;
  if (newest <= firstStep || last <= first || newest >= planned) return null;
  return ((last - first) / (newest - firstStep)) * (planned - newest);
}
