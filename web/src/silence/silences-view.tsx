// Silences: what is kept quiet, until when, by whom; made and ended here.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, ask, withQuery } from '../api/client.js';
import { useLive } from '../api/live.js';
import type { Page, Silence } from '../api/shapes.js';
import { timeText } from '../format/times.js';
import { runPath, setQuery, useAddress } from '../routing.js';
import { Choice } from '../ui/choice.js';
import { Fault } from '../ui/fault.js';
import { useLoaded } from '../ui/use-loaded.js';
import { SilenceForm } from './silence-form.js';

const MOST = 200;
const SHOWN = [
  ['current', 'Not ended'],
  ['all', 'All'],
] as const;

export function SilencesView() {
  const { query } = useAddress();
  const status = query.get('status') === 'all' ? 'all' : 'current';
  const silences = useLoaded(
    status,
    async (signal) => (await ask<Page<Silence>>(withQuery('/v1/silences', { status, limit: MOST }), { signal })).items,
  );
  const [fault, setFault] = useState<ApiError | null>(null);
  useEffect(() => {
    document.title = 'Silences · offcurve';
  }, []);
  useLive({ all: true }, { news: () => undefined, resumed: () => silences.reload() });
  const end = async (id: string): Promise<void> => {
    try {
      await ask(`/v1/silences/${encodeURIComponent(id)}`, { method: 'DELETE' });
      setFault(null);
    } catch (error) {
      setFault(error instanceof ApiError ? error : new ApiError(-1, String(error)));
    }
    silences.reload();
  };
  return (
    <div class="stack">
      <div>
        <p class="crumbs">
          <a href="/deviations">Deviations</a>
        </p>
        <div class="head">
          <h1>Silences</h1>
          <span class="quiet">Deviations are found and shown all the same; nothing new is sent of them.</span>
          <Choice
            label="Which"
            value={status}
            options={SHOWN}
            onChoose={(chosen) => setQuery({ status: chosen === 'current' ? null : chosen })}
          />
        </div>
      </div>
      <Fault error={fault ?? silences.error} />
      <SilenceForm query={query} onMade={() => silences.reload()} />
      {silences.data !== null && <SilenceTable silences={silences.data} onEnd={(id) => void end(id)} />}
    </div>
  );
}

function SilenceTable({ silences, onEnd }: { silences: readonly Silence[]; onEnd: (id: string) => void }) {
  if (silences.length === 0)
    return (
      <section class="panel empty">
        <h2>Nothing is silenced</h2>
        <p>Silence a run or a project above while it is worked on; the silence ends by itself.</p>
      </section>
    );
  return (
    <section class="panel body scroll" aria-label="Silences" tabIndex={0} role="region">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Status</th>
            <th scope="col">From</th>
            <th scope="col">Until</th>
            <th scope="col">By</th>
            <th scope="col">Why</th>
            <th scope="col">
              <span class="only-read">End it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {silences.map((silence) => (
            <tr key={silence.id}>
              <td>
                <MatchText match={silence.match} />
              </td>
              <td>
                <span class={`badge ${silence.status === 'active' ? 'notice' : ''}`}>{silence.status}</span>
              </td>
              <td>{timeText(silence.starts_at)}</td>
              <td>{timeText(silence.ends_at)}</td>
              <td>{silence.created_by}</td>
              <td>{silence.comment}</td>
              <td>
                {silence.status !== 'ended' && (
                  <button type="button" onClick={() => onEnd(silence.id)}>
                    End now
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function MatchText({ match: { run, project, family, tag, kinds } }: { match: Silence['match'] }) {
  const parts = [
    project === undefined ? null : `project ${project}`,
    family === undefined ? null : `family ${family}`,
    tag === undefined ? null : `tag ${tag}`,
    kinds === undefined ? null : kinds.join(', '),
  ].filter(Boolean);
  if (run === undefined && parts.length === 0) return <>everything</>;
  return (
    <>
      {run !== undefined && (
        <>
          run <a href={runPath(run)}>{run}</a>{' '}
        </>
      )}
      {parts.join(' · ')}
    </>
  );
}
