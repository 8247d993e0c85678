// One run: how it stands, its curve against what was predicted, its deviations, every other metric beside.
import { useEffect } from 'preact/hooks';
import { useAddress } from '../routing.js';
import { Fault } from '../ui/fault.js';
import { orNothing } from './or-nothing.js';
import { DeviationNotes } from './deviation-notes.js';
import { RunCharts } from './run-charts.js';
import { RunFacts } from './run-facts.js';
import { RunHead } from './run-head.js';
import { useRun, useSeries } from './use-run.js';
import { viewStateOf } from './view-state.js';
import './run.css';

const OVERVIEW_POINTS = 600;

export function RunView({ id }: { id: string }) {
  const news = useRun(id);
  const { query } = useAddress();
  const run = news.run.data;
  const state = run === null ? null : viewStateOf(query, run);
  const overview = useSeries(id, state?.metric ?? null, null, OVERVIEW_POINTS, news.tick);
  useEffect(() => {
    document.title = `${run?.name ?? id} · offcurve`;
  }, [run?.name, id]);
  if (run === null || state === null)
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
  const deviations = orNothing(news.deviations.data);
  const predictions = orNothing(news.predictions.data);
  return (
    <div class="stack">
      <Fault error={news.run.error} />
      <RunHead
        run={run}
        metric={state.metric}
        predictions={predictions}
        deviations={deviations}
        overview={orNothing(overview.data)}
      />
      <DeviationNotes deviations={deviations} />
      <RunCharts
        run={run}
        state={state}
        deviations={deviations}
        predictions={predictions}
        overview={orNothing(overview.data)}
        tick={news.tick}
      />
      <RunFacts run={run} predictions={predictions} metric={state.metric} />
    </div>
  );
}
