// One run: how it stands, its curve against what was predicted, its deviations, every other metric beside.
import { useEffect } from 'preact/hooks';
import { useAddress } from '../routing.js';
import { Fault } from '../ui/fault.js';
import { orNothing } from './or-nothing.js';
import { DeviationNotes } from './deviation-notes.js';
import { RunCharts } from './run-charts.js';
import { RunFacts } from './run-facts.js';
import { RunHead } from './run-head.js';
import { useRun } from './use-run.js';
import { viewStateOf } from './view-state.js';
import './run.css';

export function RunView({ id }: { id: string }) {
  const news = useRun(id);
  const { query } = useAddress();
  const run = news.run.data;
  useEffect(() => {
    document.title = `${run?.name ?? id} · offcurve`;
  }, [run?.name, id]);
  if (run === null)
    return news.run.error?.status === 404 ? (
      <section class="panel empty">
        <h1>No run is called “{id}”</h1>
        <p>
          It may have been deleted, or has not sent anything yet. <a href="/">See all runs</a>
        </p>
      </section>
    ) : (
      <Fault error={news.run.error} />
    );
  const state = viewStateOf(query, run);
  const deviations = orNothing(news.deviations.data);
  const predictions = orNothing(news.predictions.data);
  return (
    <div class="stack">
      <Fault error={news.run.error} />
      <RunHead run={run} metric={state.metric} predictions={predictions} deviations={deviations} />
      <DeviationNotes deviations={deviations} />
      <RunCharts run={run} state={state} deviations={deviations} predictions={predictions} tick={news.tick} />
      <RunFacts run={run} predictions={predictions} metric={state.metric} />
    </div>
  );
}
