// All deviations, newest first, by status and kind; more as the reader asks.
import { useEffect, useState } from 'preact/hooks';
import { ask, withQuery } from '../api/client.js';
import { useLive } from '../api/live.js';
import type { Deviation, Page } from '../api/shapes.js';
import { computeText } from '../format/compute.js';
import { sigmaText, sizeText, usdText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import { deviationPath, runPath, setQuery, useAddress } from '../routing.js';
import { Choice } from '../ui/choice.js';
import { Fault } from '../ui/fault.js';
import { useLoaded } from '../ui/use-loaded.js';
import { costOf } from './cost.js';
import './deviation.css';
import { KIND_WORDS, findingText, kindText } from './words.js';

const PAGE = 100;
const STATUSES = [
  ['', 'All'],
  ['open', 'Open'],
  ['acknowledged', 'Acknowledged'],
  ['snoozed', 'Snoozed'],
  ['resolved', 'Resolved'],
] as const;

export function DeviationList() {
  const { query } = useAddress();
  const status = query.get('status') ?? '';
  const kind = query.get('kind') ?? '';
  const [pages, setPages] = useState(1);
  const list = useLoaded(
    `${status}\n${kind}\n${pages}`,
    async (signal) => {
      const items: Deviation[] = [];
      let next: string | null = null;
      for (let page = 0; page < pages && (page === 0 || next !== null); page++) {
        const url = withQuery('/v1/deviations', { status, kind, limit: PAGE, after: next });
        const answer: Page<Deviation> = await ask(url, { signal });
        items.push(...answer.items);
        next = answer.next;
      }
      return { items, more: next !== null };
    },
    { everyMs: 1000, keep: true },
  );
  useLive({ all: true }, { news: (news) => news === 'deviation' && list.reload(), resumed: list.reload });
  useEffect(() => {
    document.title = 'Deviations · offcurve';
  }, []);
  const items = list.data?.items ?? [];
  return (
    <>
      <div class="fleet-head">
        <h1>Deviations</h1>
        <a href="/silences">Silences</a>
        <Choice
          label="Status"
          value={status as (typeof STATUSES)[number][0]}
          options={STATUSES}
          onChoose={(value) => setQuery({ status: value })}
        />
        <select aria-label="Kind" value={kind} onChange={(event) => setQuery({ kind: event.currentTarget.value })}>
          <option value="">any kind</option>
          {Object.keys(KIND_WORDS).map((word) => (
            <option key={word} value={word}>
              {kindText(word)}
            </option>
          ))}
        </select>
      </div>
      <Fault error={list.error} />
      <CostLine deviations={items} more={list.data?.more ?? false} />
      {list.data !== null && items.length === 0 ? (
        <section class="panel empty">
          <h2>{status === '' && kind === '' ? 'No run has left its curve yet' : 'None is like that'}</h2>
          <p class="quiet">
            A deviation opens when a metric is off its forecast beyond what the false-alarm budget allows for.
          </p>
        </section>
      ) : (
        <div class="panel scroll" tabIndex={0} role="region" aria-label="Deviations">
          <table class="plain inset deviations">
            <thead>
              <tr>
                <th scope="col">Status</th>
                <th scope="col">What</th>
                <th scope="col">Run</th>
                <th scope="col">Since</th>
                <th scope="col">Off by</th>
                <th scope="col">Compute lost</th>
                <th scope="col">Seen</th>
              </tr>
            </thead>
            <tbody>
              {items.map((deviation) => (
                <Line key={deviation.id} deviation={deviation} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.data?.more && (
        <p class="more">
          <button type="button" onClick={() => setPages(pages + 1)}>
            Show more
          </button>
        </p>
      )}
    </>
  );
}

/** For whoever pays: what all that is listed lost together. */
function CostLine({ deviations, more }: { deviations: readonly Deviation[]; more: boolean }) {
  const cost = costOf(deviations);
  if (cost === null) return null;
  const sums = [
    cost.usd === null ? null : usdText(cost.usd),
    cost.gpuHours === null ? null : `${sizeText(cost.gpuHours)} GPU-hours`,
  ].filter(Boolean);
  const runs = `${cost.runs.toLocaleString()} run${cost.runs === 1 ? '' : 's'}`;
  return (
    <p class="meaning cost">
      {sums.length > 0 && (
        <>
          Lost in {more ? 'what is listed' : 'all of these'}, about <b>{sums.join(' · ')}</b> by {runs}, each counted
          once by its dearest deviation.{' '}
        </>
      )}
      {cost.unpriced > 0 && (
        <>
          {cost.unpriced === cost.runs ? `The loss of ${runs}` : `The loss of ${cost.unpriced} more`} has no price:
          announce <code>gpus</code>, <code>gpu</code> and <code>gpu_hour_usd</code> at <code>/v1/runs</code>.
        </>
      )}
    </p>
  );
}

function Line({ deviation: d }: { deviation: Deviation }) {
  const tone = d.status === 'resolved' ? '' : d.side === 'better' ? 'better' : 'worse';
  const compute = computeText(d);
  return (
    <tr>
      <td>
        <span class={`badge ${tone}`}>{d.false_alarm ? 'false alarm' : d.status}</span>
      </td>
      <td>
        <a href={deviationPath(d.id)}>{findingText(d)}</a>
      </td>
      <td class="run-name">{d.run === null ? `${d.runs.length} runs` : <a href={runPath(d.run)}>{d.run}</a>}</td>
      <td class="nowrap" data-label="Since">
        step {d.started_at_step.toLocaleString()}
      </td>
      <td class="nowrap" data-label="Off by">
        {sigmaText(d.sigma)}
      </td>
      <td class="nowrap" data-label="Compute lost">
        {compute === null ? '–' : d.side === 'better' ? `ahead by ${compute}` : compute}
      </td>
      <td class="nowrap quiet" data-label="Seen">
        {timeText(d.opened_at)}
      </td>
    </tr>
  );
}
