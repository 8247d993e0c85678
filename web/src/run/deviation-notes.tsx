// A run's deviations: unresolved ones in full, what is over in one list to open.
import type { Deviation } from '../api/shapes.js';
import { computeText } from '../format/compute.js';
import { sigmaText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import { deviationPath } from '../routing.js';
import { findingText } from '../deviation/words.js';
import { zoomTo } from './view-state.js';

export function DeviationNotes({ deviations }: { deviations: readonly Deviation[] }) {
  const open = deviations.filter(({ status }) => status !== 'resolved');
  const over = deviations.filter(({ status }) => status === 'resolved');
  if (deviations.length === 0) return null;
  return (
    <section aria-label="Deviations" class="notes">
      {open.map((deviation) => (
        <Note key={deviation.id} deviation={deviation} />
      ))}
      {over.length > 0 && (
        <details class="panel">
          <summary>
            {over.length} deviation{over.length === 1 ? '' : 's'} that {over.length === 1 ? 'is' : 'are'} over
          </summary>
          <ul>
            {over.map((deviation) => (
              <li key={deviation.id}>
                <Note deviation={deviation} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Note({ deviation: d }: { deviation: Deviation }) {
  const tone = d.status === 'resolved' ? '' : d.side === 'better' ? 'better' : 'worse';
  const compute = computeText(d);
  const around = (): void => {
    const reach = Math.max(d.step - d.started_at_step, 20);
    zoomTo({ from: Math.max(0, d.started_at_step - reach), to: d.step + reach });
  };
  return (
    <div class={`note ${tone}`}>
      <span class={`badge ${tone}`}>{d.false_alarm ? 'false alarm' : d.status}</span>
      <a href={deviationPath(d.id)}>{findingText(d)}</a>
      <span class="quiet">
        since step {d.started_at_step.toLocaleString()}
        {d.status === 'resolved' ? ` to ${d.step.toLocaleString()}` : ''}
        {d.sigma !== null ? ` · ${sigmaText(d.sigma)}` : ''}
        {compute !== null ? ` · ${d.side === 'better' ? 'ahead by' : 'lost'} ${compute} of its compute` : ''}
        {` · ${d.status === 'resolved' ? 'opened' : 'seen'} ${timeText(d.opened_at)}`}
      </span>
      {d.expected !== null && (
        <button type="button" class="plain" onClick={around}>
          Show in the chart
        </button>
      )}
    </div>
  );
}
