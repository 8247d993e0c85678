// A deviation's figures: where, how far, how sure, at what price.
import type { ComponentChildren } from 'preact';
import type { Deviation, Estimate } from '../api/shapes.js';
import { metricText, percentText, sigmaText, sizeText, usdText } from '../format/numbers.js';
import { timeText } from '../format/times.js';

export function DeviationFacts({ deviation: d }: { deviation: Deviation }) {
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
          name="Expected"
          value={metricText(d.expected)}
          note={`90 %: ${metricText(d.expected_lower)} to ${metricText(d.expected_upper)}`}
        />
      )}
      {d.sigma !== null && (
        <Fact
          name="Off by"
          value={<span class={tone}>{sigmaText(d.sigma)}</span>}
          note={
            d.side === 'better' ? 'better than predicted' : d.side === 'both' ? 'to both sides' : 'worse than predicted'
          }
        />
      )}
      <Price
        name={d.side === 'better' ? 'Ahead by' : 'Compute lost'}
        estimate={d.price.compute_share}
        text={percentText}
        tone={tone}
      />
      <Price name="Tokens" estimate={d.price.tokens} text={sizeText} tone="" />
      <Price name="GPU-hours" estimate={d.price.gpu_hours} text={(value) => metricText(value, 2)} tone="" />
      <Price name="Dollars" estimate={d.price.usd} text={usdText} tone="" />
      {d.acknowledged_by !== null && <Fact name="Taken by" value={d.acknowledged_by} note="" />}
      {d.status === 'snoozed' && <Fact name="Snoozed until" value={timeText(d.snoozed_until)} note="" />}
    </dl>
  );
}

interface PriceProps {
  name: string;
  estimate: Estimate | null;
  text: (value: number) => string;
  tone: string;
}

function Price({ name, estimate, text, tone }: PriceProps) {
  return estimate === null ? null : (
    <Fact
      name={name}
      value={<span class={tone}>{text(estimate.value)}</span>}
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
