// A deviation's figures: where, how far, how sure, at what price.
import type { ComponentChildren } from 'preact';
import type { Deviation } from '../api/shapes.js';
import { computeWords, gainOrLoss } from '../format/compute.js';
import { metricText, sigmaText, sizeText, usdText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import type { NewLevel } from '../run/new-level.js';
import type { BandAt } from '../run/residuals.js';

interface Props {
  deviation: Deviation;
  /** Where the forecast took over what the deviation had become. */
  level: NewLevel | null;
  /** What is expected by now, or was at the deviation's end. */
  now: BandAt | null;
}

export function DeviationFacts({ deviation: d, level, now }: Props) {
  const compute = computeWords(d);
  const over = d.status === 'resolved';
  const tone = over ? '' : d.side === 'better' ? 'better' : 'worse';
  const observed = d.observed_nonfinite ?? metricText(d.observed);
  return (
    <dl class="facts panel figures">
      <Fact
        name={over ? 'Began' : 'Since'}
        value={`step ${d.started_at_step.toLocaleString()}`}
        note={`seen at step ${d.opened_at_step.toLocaleString()}, ${timeText(d.opened_at)}`}
      />
      {over && (
        <Fact
          name="Over"
          value={`step ${d.step.toLocaleString()}`}
          note={d.resolved_at ? timeText(d.resolved_at) : ''}
        />
      )}
      <Fact name={d.metric} value={observed} note={`at step ${d.step.toLocaleString()}`} />
      {d.expected !== null && (
        <Fact
          name={level === null ? 'Expected' : 'Expected before'}
          value={metricText(d.expected)}
          note={`${bandText({ lower: d.expected_lower, upper: d.expected_upper })}${level === null ? '' : `, by its curve before step ${d.started_at_step.toLocaleString()}`}`}
        />
      )}
      {level !== null && now !== null && (
        <Fact
          name={over ? 'Expected at the end' : 'Expected now'}
          value={metricText(now.expected)}
          note={`${bandText(now)}, by its new level since about step ${level.from.step.toLocaleString()}`}
        />
      )}
      {d.sigma !== null && (
        <Fact
          name="Off by"
          value={<span class={tone}>{sigmaText(d.sigma)}</span>}
          note={`${SIDES[d.side]} than expected${level === null ? '' : ' before'}, on average${over ? ' at the end' : ''}`}
        />
      )}
      {compute !== null && (
        <Fact
          name={d.side === 'better' ? 'Ahead by' : 'Compute lost'}
          value={<span class={tone}>{compute.value}</span>}
          note={`${d.side === 'better' ? 'of its compute' : 'of all so far'} · 90 %: ${compute.lower} to ${compute.upper}`}
        />
      )}
      <Price name="Tokens" deviation={d} unit="tokens" text={sizeText} />
      <Price name="GPU-hours" deviation={d} unit="gpu_hours" text={sizeText} />
      <Price name="Dollars" deviation={d} unit="usd" text={usdText} />
      {d.acknowledged_by !== null && <Fact name="Taken by" value={d.acknowledged_by} note="" />}
      {d.status === 'snoozed' && <Fact name="Snoozed until" value={timeText(d.snoozed_until)} note="" />}
    </dl>
  );
}

const SIDES = { worse: 'worse', better: 'better', both: 'farther' } as const;

const bandText = ({ lower, upper }: { lower: number | null; upper: number | null }): string =>
  `90 %: ${metricText(lower)} to ${metricText(upper)}`;

interface PriceProps {
  name: string;
  deviation: Deviation;
  unit: 'tokens' | 'gpu_hours' | 'usd';
  text: (value: number) => string;
}

function Price({ name, deviation, unit, text }: PriceProps) {
  const estimate = gainOrLoss(deviation, unit);
  return estimate === null ? null : (
    <Fact
      name={`${name} ${deviation.side === 'better' ? 'ahead' : 'lost'}`}
      value={text(estimate.value)}
      note={`90 %: ${text(estimate.lower)} to ${text(estimate.upper)}`}
    />
  );
}

function Fact({ name, value, note }: { name: string; value: ComponentChildren; note: string }) {
  return (
    <div class="big">
      <dt>{name}</dt>
      <dd>
        {value}
        <small>{note}</small>
      </dd>
    </div>
  );
}
