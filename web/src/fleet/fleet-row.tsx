// One run in the list: who, how far off, what it costs, where it will end, how far along, when last heard.
import type { Deviation, Run } from '../api/shapes.js';
import { findingText } from '../deviation/words.js';
import { computeWords } from '../format/compute.js';
import { countText, metricText, sizeText, usdText } from '../format/numbers.js';
import { agoText, millis, spanText, timeText } from '../format/times.js';
import { deviationPath, runPath } from '../routing.js';
import { SigmaGauge } from '../ui/sigma-gauge.js';
import { StatusBadge } from '../ui/status-badge.js';
import { leadingStanding } from './attention.js';
import { ResidualSpark } from './residual-spark.js';
import { useRowDetail } from './row-detail.js';

interface Props {
  run: Run;
  deviation: Deviation | null;
  /** How many deviations of the run are unresolved. */
  open: number;
  index: number;
  top: number;
  height: number;
  now: number;
}

export function FleetRow({ run, deviation, open, index, top, height, now }: Props) {
  const leading = leadingStanding(run);
  const metric = leading?.metric ?? null;
  const detail = useRowDetail(run, metric);
  const side = deviation === null ? '' : deviation.side === 'better' ? 'better-row' : 'worse-row';
  const ended = run.status === 'finished' || run.status === 'failed' || run.status === 'stopped';
  const share = progressOf(run);
  const heard = millis(run.last_arrival ?? run.last_time);
  const final = detail?.final ?? null;
  // While a deviation is open it is the deviation that counts: single values scatter back into the band.
  const sigma = deviation?.sigma ?? leading?.standing.sigma ?? null;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      class={`fleet-row ${side}`}
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
    >
      <div role="cell" class="status">
        <StatusBadge status={run.status} />
      </div>
      <div role="cell" class="name">
        <a class="line" href={runPath(run.id)} data-index={index}>
          {run.name ?? run.id}
        </a>
        <small class="line">
          {[run.project, run.family, run.metadata.params ? `${sizeText(run.metadata.params)} params` : null]
            .filter(Boolean)
            .join(' · ')}
        </small>
      </div>
      <div role="cell" class="sigma">
        <SigmaGauge sigma={sigma} />
      </div>
      <div role="cell" class="finding">
        {deviation ? <Finding deviation={deviation} open={open} /> : <small class="line">{calmText(leading)}</small>}
      </div>
      <div role="cell" class="final">
        {run.status === 'finished' && leading?.standing.observed != null ? (
          <>
            <span class="line">{metricText(leading.standing.observed)}</span>
            <small class="line">measured</small>
          </>
        ) : final ? (
          <>
            <span class="line">{metricText(final.loss)}</span>
            <small class="line">
              {metricText(final.lower)} to {metricText(final.upper)}
            </small>
          </>
        ) : (
          <small class="line">{ended ? 'ended' : '–'}</small>
        )}
      </div>
      <div role="cell" class="progress-cell">
        <small class="line">{progressText(run, share)}</small>
        {share !== null && (
          <span class={`progress ${ended ? 'ended' : ''}`}>
            <i style={{ width: `${100 * share}%` }} />
          </span>
        )}
      </div>
      <div role="cell" class="residuals">
        <ResidualSpark points={detail?.residuals ?? null} />
      </div>
      <div role="cell" class="last">
        <small class={`line ${run.status === 'silent' ? 'notice' : ''}`} title={timeText(heard)}>
          {heard === null ? 'never' : run.status === 'silent' ? `silent ${spanText(now - heard)}` : agoText(heard, now)}
        </small>
        <small class="line">{run.status === 'running' ? speedText(run, detail?.firstStep ?? null) : ''}</small>
      </div>
    </div>
  );
}

function Finding({ deviation, open }: { deviation: Deviation; open: number }) {
  const { gpu_hours: hours, usd } = deviation.price;
  const compute = computeWords(deviation);
  const price = [
    compute && `${compute.value} of its compute`,
    hours && hours.value > 0 ? `${sizeText(hours.value)} GPU-h` : null,
    usd && usd.value > 0 ? usdText(usd.value) : null,
  ].filter(Boolean);
  const tone = deviation.side === 'better' ? 'better' : 'worse';
  return (
    <>
      <a class={`line ${tone}`} href={deviationPath(deviation.id)}>
        {findingText(deviation)}
        {open > 1 ? ` and ${open - 1} more` : ''}
      </a>
      <small class="line">
        {deviation.status === 'open' ? '' : `${deviation.status} · `}
        since step {countText(deviation.started_at_step)}
        {price.length > 0 ? ` · ${deviation.side === 'better' ? 'ahead by' : 'costs'} ${price.join(', ')}` : ''}
      </small>
    </>
  );
}

/** In predictive deviations: single values are rarely farther off. */
const FAR = 3;

function calmText(leading: ReturnType<typeof leadingStanding>): string {
  if (leading === null) return 'nothing to judge yet';
  const { state, reason, sigma } = leading.standing;
  if (state === 'judged')
    return Math.abs(sigma ?? 0) > FAR ? 'its newest value is off' : `${leading.metric} on its curve`;
  return reason ?? (state === 'warming-up' ? 'too early to judge' : 'not judged');
}

/**
 * Tokens a second at its usual pace; records do not come at every step, and the first need not be near step 0. Null where the run
 * does not say its tokens a step, or its first step is not known yet.
 */
export function tokensPerSecond(run: Run, firstStep: number | null): number | null {
  const { metadata, seconds_per_record: pace, newest_step: step, records } = run;
  const each = metadata.tokens_per_step;
  if (each === undefined || pace === null || pace <= 0 || firstStep === null || records < 2) return null;
  return (each * Math.max(1, (step - firstStep) / (records - 1))) / pace;
}

function speedText(run: Run, firstStep: number | null): string {
  const speed = tokensPerSecond(run, firstStep);
  return speed === null ? '' : `${sizeText(speed)} tok/s`;
}

/** Steps to the end of the plan, from steps or tokens; null without a plan. */
export function plannedSteps({ metadata }: Run): number | null {
  const { planned_steps: steps, planned_tokens: tokens, tokens_per_step: each } = metadata;
  return steps ?? (tokens && each ? Math.round(tokens / each) : null);
}

/** Share of the plan that is done; null without a plan. */
export function progressOf(run: Run): number | null {
  const step = Math.max(run.newest_step, 0);
  const planned = plannedSteps(run);
  return planned !== null ? Math.min(step / planned, 1) : null;
}

function progressText(run: Run, share: number | null): string {
  return share === null
    ? `step ${countText(Math.max(run.newest_step, 0))}`
    : `${Math.floor(100 * share)}\u202f% of ${sizeText(plannedSteps(run))}`;
}
