// One deviation: what, since when, how sure, at what cost; its story, and what was sent to whom.
import { useEffect, useMemo } from 'preact/hooks';
import { ask } from '../api/client.js';
import { useLive } from '../api/live.js';
import { deviationOfNews } from '../api/news.js';
import type { Deviation, Notification, Page, Run, StoryStep } from '../api/shapes.js';
import { runPath } from '../routing.js';
import { bandWith, newLevelOf } from '../run/new-level.js';
import { orNothing } from '../run/or-nothing.js';
import { useBand, useRun } from '../run/use-run.js';
import { Fault } from '../ui/fault.js';
import { useLoaded } from '../ui/use-loaded.js';
import { Actions } from './actions.js';
import { DeviationChart } from './deviation-chart.js';
import './deviation.css';
import { DeviationFacts } from './deviation-facts.js';
import { Sent, Story } from './story.js';
import { KIND_WORDS, OUTLOOK_WORDS, endText } from './words.js';

const EVERY_MS = 600;

export function DeviationView({ id }: { id: string }) {
  const url = `/v1/deviations/${encodeURIComponent(id)}`;
  const deviation = useLoaded(id, (signal) => ask<Deviation>(url, { signal }), { everyMs: EVERY_MS });
  const story = useLoaded(id, async (signal) => (await ask<Page<StoryStep>>(`${url}/story`, { signal })).items, {
    everyMs: EVERY_MS,
  });
  const sent = useLoaded(
    id,
    async (signal) => (await ask<Page<Notification>>(`${url}/notifications`, { signal })).items,
    { everyMs: EVERY_MS },
  );
  const reload = (): void => {
    deviation.reload();
    story.reload();
    sent.reload();
  };
  useLive(
    { all: true },
    {
      news: (kind, payload) => {
        if (kind === 'deviation' && deviationOfNews(payload)?.id === id) reload();
      },
      resumed: reload,
    },
  );
  // Messages leave a moment after the change that caused them.
  useEffect(() => {
    const timer = setInterval(sent.reload, 10_000);
    return () => clearInterval(timer);
  }, []);
  const d = deviation.data;
  useEffect(() => {
    document.title = `${d?.headline ?? 'Deviation'} · offcurve`;
  }, [d?.headline]);
  if (d === null)
    return deviation.error?.status === 404 ? (
      <section class="panel empty">
        <h1>No such deviation</h1>
        <p>
          It may have been deleted with its run. <a href="/deviations">See all deviations</a>
        </p>
      </section>
    ) : (
      <Fault error={deviation.error} />
    );
  return (
    <div class="stack">
      <Fault error={deviation.error} />
      <div>
        <p class="crumbs">
          <a href="/deviations">Deviations</a>
          {d.run !== null && (
            <>
              {' / '}
              <a href={runPath(d.run)}>{d.run}</a>
            </>
          )}
        </p>
        <div class="head">
          <h1>{d.headline}</h1>
          <span class={`badge ${d.status === 'resolved' ? '' : d.side === 'better' ? 'better' : 'worse'}`}>
            {d.status}
          </span>
          {d.false_alarm && <span class="badge">false alarm</span>}
          {d.history && (
            <span class="badge" title="Its records were over an hour old when they came: it was shown, not sent.">
              history
            </span>
          )}
        </div>
        <p class="meaning">
          {KIND_WORDS[d.kind] ?? ''} {d.status !== 'resolved' && d.outlook !== null ? OUTLOOK_WORDS[d.outlook] : ''}
        </p>
        <Actions deviation={d} onChange={reload} />
      </div>
      {d.run !== null && d.metric !== '' ? (
        <Curve run={d.run} deviation={d} />
      ) : (
        <>
          <End deviation={d} run={null} />
          <DeviationFacts deviation={d} level={null} now={null} />
        </>
      )}
      {d.run === null && (
        <section class="panel">
          <header>
            <h2>{d.runs.length} runs</h2>
          </header>
          <ul class="body run-links">
            {d.runs.map((run) => (
              <li key={run}>
                <a href={runPath(run)}>{run}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="two">
        <section class="panel">
          <header>
            <h2>Evidence</h2>
          </header>
          <div class="body">
            {d.evidence.length === 0 ? (
              <p class="quiet">None beyond the curve itself.</p>
            ) : (
              <ul class="bullets">
                {d.evidence.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            )}
            {d.advice !== null && (
              <p class="advice">
                <b>What to do:</b> {d.advice}
              </p>
            )}
          </div>
        </section>
        <Story steps={story.data} error={story.error} />
      </div>
      <Sent notifications={sent.data} error={sent.error} />
    </div>
  );
}

function End({ deviation, run }: { deviation: Deviation; run: Run | null }) {
  const text = deviation.status === 'resolved' ? endText(deviation, run) : '';
  return text === '' ? null : <p class="meaning">{text}</p>;
}

/** Its figures, and the metric around it; silent runs and such have no curve of the metric to show. */
function Curve({ run: id, deviation: d }: { run: string; deviation: Deviation }) {
  const { run, tick } = useRun(id);
  const band = useBand(id, d.metric, tick);
  const knots = orNothing(band.data);
  const level = useMemo(() => newLevelOf(knots, d), [knots, d]);
  const now = useMemo(() => {
    if (level === null) return null;
    const last = knots.findLast(({ attempt }) => attempt === d.attempt)?.step ?? d.step;
    return bandWith(knots, [{ deviation: d, level }]).at(d.attempt, d.status === 'resolved' ? d.step : last);
  }, [knots, level, d]);
  return (
    <>
      <End deviation={d} run={run.data} />
      <DeviationFacts deviation={d} level={level} now={now} />
      {level !== null && d.status !== 'resolved' && (
        <p class="meaning">
          It has lasted so long that the forecast goes on from its new level: what comes is compared with that, what it
          costs is counted from the curve before.
        </p>
      )}
      {run.data?.metrics.includes(d.metric) && (
        <DeviationChart run={run.data} deviation={d} knots={knots} tick={tick} />
      )}
    </>
  );
}
