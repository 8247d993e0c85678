// What a run said of itself, what was counted of its records, what its forecast leans on.
import type { ComponentChildren } from 'preact';
import type { Prediction } from '../api/forecast.js';
import type { Run } from '../api/shapes.js';
import { countText, metricText, sizeText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import { runPath } from '../routing.js';

export function RunFacts({
  run,
  predictions,
  metric,
}: {
  run: Run;
  predictions: readonly Prediction[];
  metric: string | null;
}) {
  const m = run.metadata;
  const prediction = predictions.find((one) => one.metric === metric);
  const schedule = m.schedule;
  const facts: [string, ComponentChildren][] = [
    ['Id', run.id],
    ['Parameters', m.params ? sizeText(m.params) : null],
    [
      'Planned',
      m.planned_steps
        ? `${countText(m.planned_steps)} steps`
        : m.planned_tokens
          ? `${sizeText(m.planned_tokens)} tokens`
          : null,
    ],
    ['Tokens a step', m.tokens_per_step ? sizeText(m.tokens_per_step) : null],
    [
      'Learning rate',
      schedule
        ? `${schedule.kind}${schedule.peak !== undefined ? `, peak ${metricText(schedule.peak, 2)}` : ''}`
        : null,
    ],
    ['Data order', m.data_order ?? null],
    ['GPUs', m.gpus ? `${m.gpus.toLocaleString()}${m.gpu ? ` × ${m.gpu}` : ''}` : null],
    [
      'Continues',
      m.parent ? (
        <a href={runPath(m.parent.run)}>{`${m.parent.run} from step ${m.parent.step.toLocaleString()}`}</a>
      ) : null,
    ],
    ['Target loss', m.target_loss !== undefined ? metricText(m.target_loss) : null],
    ['Attempts', run.attempt > 1 ? String(run.attempt) : null],
    ['First record', timeText(run.first_time)],
    ['Newest record', timeText(run.last_time)],
    ['Records', countText(run.records)],
    ['Repeats dropped', run.counters.repeats > 0 ? countText(run.counters.repeats) : null],
    ['Conflicting values', run.counters.conflicts > 0 ? countText(run.counters.conflicts) : null],
    ['Late records', run.counters.late > 0 ? countText(run.counters.late) : null],
    ['Ignored keys', Object.keys(run.counters.ignored_keys).join(', ') || null],
    ['Forecast leans on', prediction && prediction.leansOn.length > 0 ? prediction.leansOn.join(', ') : null],
    [
      'Forecast made',
      prediction ? `at step ${prediction.step.toLocaleString()}${prediction.law ? ` by ${prediction.law}` : ''}` : null,
    ],
  ];
  return (
    <section class="panel" aria-label="About the run">
      <header>
        <h2>About the run</h2>
      </header>
      <dl class="facts body about">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
