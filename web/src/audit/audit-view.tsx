// How well the alarms here have kept their promises: false ones against the budget, values in their bands, over time.
import { useEffect, useMemo } from 'preact/hooks';
import { ask, withQuery } from '../api/client.js';
import { useLive } from '../api/live.js';
import { countText, percentText, runDaysText } from '../format/numbers.js';
import { Graph } from '../graph/graph.js';
import { setQuery, useAddress } from '../routing.js';
import { Choice } from '../ui/choice.js';
import { Fault } from '../ui/fault.js';
import { useLoaded } from '../ui/use-loaded.js';
import '../family/family.css';
import { coverageGraph, rateGraph } from './audit-graphs.js';
import type { Audit } from './audit-shapes.js';
import { budgetText, budgetVerdict, rateText } from './audit-words.js';
import { StageTable } from './stage-table.js';

const SPANS = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'a year'],
] as const;
type Span = (typeof SPANS)[number][0];
const EVERY_MS = 5000;

export function AuditView() {
  const { query } = useAddress();
  const span: Span = SPANS.find(([days]) => days === query.get('days'))?.[0] ?? '30';
  const project = query.get('project');
  const audit = useLoaded(
    `${span}\n${project ?? ''}`,
    (signal) => ask<Audit>(withQuery('/v1/audit', { days: span, project }), { signal }),
    { everyMs: EVERY_MS, keep: true },
  );
  useLive(
    { all: true },
    { news: (kind) => (kind === 'deviation' ? audit.reload() : undefined), resumed: () => audit.reload() },
  );
  useEffect(() => {
    document.title = 'Audit · offcurve';
  }, []);
  return (
    <div class="stack">
      <div class="head">
        <h1>Audit</h1>
        <span class="quiet">What was promised, and what came of it{project === null ? '' : `, in ${project}`}</span>
        <Choice
          label="Time"
          value={span}
          options={SPANS}
          onChoose={(days) => setQuery({ days: days === '30' ? null : days })}
        />
      </div>
      <Fault error={audit.error} />
      {audit.data === null ? audit.error === null && <p class="quiet">reading…</p> : <AuditBody audit={audit.data} />}
    </div>
  );
}

function AuditBody({ audit }: { audit: Audit }) {
  const graphs = useMemo(() => ({ rate: rateGraph(audit), coverage: coverageGraph(audit) }), [audit]);
  const { alarms, false_alarms: wrong, budget, coverage, kinds } = audit;
  const verdict = budgetVerdict(audit);
  if (alarms.run_days === 0)
    return (
      <section class="panel empty">
        <h2>No run was judged in this time</h2>
        <p>Choose a longer one, or send a run: its alarms are counted here as they come.</p>
      </section>
    );
  return (
    <>
      <section class="panel" aria-label="Promises kept">
        <header>
          <h2 class={verdict.tone}>{verdict.text}</h2>
        </header>
        <dl class="facts body">
          <div class="big">
            <dt>Budget</dt>
            <dd>
              {budgetText(budget.per_run_day)}
              <small>
                {budget.fleet_per_day === null ? ' ' : `and ${rateText(budget.fleet_per_day)} a day in all`}
              </small>
            </dd>
          </div>
          <div class="big">
            <dt>Called false</dt>
            <dd>
              {countText(wrong.count)}
              <small>
                {rateText(wrong.per_run_day)} a run-day ({rateText(wrong.lower)} to {rateText(wrong.upper)})
              </small>
            </dd>
          </div>
          <div class="big">
            <dt>Alarms in all</dt>
            <dd>
              {countText(alarms.count)}
              <small>
                {rateText(alarms.per_run_day)} a run-day ({rateText(alarms.lower)} to {rateText(alarms.upper)})
              </small>
            </dd>
          </div>
          <div class="big">
            <dt>Judged for</dt>
            <dd>
              {runDaysText(alarms.run_days)}
              <small>of all runs together</small>
            </dd>
          </div>
          <div class="big">
            <dt>Values in their {Math.round(100 * coverage.level)} % band</dt>
            <dd>
              {percentText(coverage.share)}
              <small>
                of {countText(coverage.points)}
                {coverage.complete ? '' : ', the newest'}: {countText(coverage.below)} below,{' '}
                {countText(coverage.above)} above
              </small>
            </dd>
          </div>
        </dl>
      </section>
      <div class="graphs">
        <Graph
          title="Alarms against the budget"
          summary={`${wrong.count} of ${alarms.count} alarms were called false in ${runDaysText(alarms.run_days)}; the budget is ${budgetText(budget.per_run_day)}.`}
          spec={graphs.rate}
          height={300}
          rest="since the first day · rings: all · diamonds: called false"
        />
        <Graph
          title="Coverage of the band"
          summary={`${percentText(coverage.share)} of ${coverage.points} values lay in their ${Math.round(100 * coverage.level)} % band.`}
          spec={graphs.coverage}
          height={300}
          rest="while nothing was off its curve"
        />
      </div>
      {coverage.points > 0 && <StageTable coverage={coverage} />}
      {kinds.length > 0 && (
        <section class="panel" aria-label="Alarms by kind">
          <header>
            <h2>By kind</h2>
          </header>
          <div class="body">
            <table class="plain">
              <thead>
                <tr>
                  <th scope="col">Kind</th>
                  <th scope="col">Alarms</th>
                  <th scope="col">Called false</th>
                </tr>
              </thead>
              <tbody>
                {kinds.map((one) => (
                  <tr key={one.kind}>
                    <td>
                      <a href={`/deviations?kind=${encodeURIComponent(one.kind)}`}>{one.kind}</a>
                    </td>
                    <td>{countText(one.alarms)}</td>
                    <td>{countText(one.false_alarms)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}
