// Every run with its standing, what needs attention first; filters in the address.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Deviation } from '../api/shapes.js';
import { countText } from '../format/numbers.js';
import { useAddress } from '../routing.js';
import { Fault } from '../ui/fault.js';
import { FirstPoint } from '../ui/first-point.js';
import { useMedia, useNow } from '../ui/use-media.js';
import { useVirtualRows } from '../ui/use-virtual-rows.js';
import { byAttention, worstDeviation } from './attention.js';
import { FilterBar } from './filter-bar.js';
import { choicesOf, filtersOf, matches } from './filters.js';
import { FleetRow } from './fleet-row.js';
import { useFleet } from './use-fleet.js';
import './fleet.css';

const ROW = 52;
const NARROW_ROW = 118;
const NONE: readonly Deviation[] = [];

const COLUMNS = [
  ['status', 'Status'],
  ['name', 'Run'],
  ['sigma', 'Off its curve'],
  ['finding', 'What is off'],
  ['final', 'Final loss, 90 %'],
  ['progress-cell', 'Progress'],
  ['residuals', 'Residuals'],
  ['last', 'Last heard'],
] as const;

export function FleetView() {
  const { runs, deviations, complete, error } = useFleet();
  const { query } = useAddress();
  const now = useNow(1000);
  const narrow = useMedia('(max-width: 760px)');
  const list = useRef<HTMLDivElement>(null);
  const filters = filtersOf(query);
  useEffect(() => {
    document.title = 'Runs · offcurve';
  }, []);

  const shown = useMemo(() => {
    const kept = runs.filter((run) => matches(run, filters, deviations.has(run.id)));
    return byAttention(kept, (id) => worstDeviation(deviations.get(id) ?? NONE));
  }, [runs, deviations, query.toString()]);
  const choices = useMemo(() => choicesOf(runs), [runs]);
  const rows = useVirtualRows(list, shown.length, narrow ? NARROW_ROW : ROW);

  const moveFocus = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const at = (event.target as HTMLElement).dataset?.index;
    if (step === undefined || at === undefined) return;
    const next = Number(at) + step;
    if (next < 0 || next >= shown.length) return;
    event.preventDefault();
    rows.scrollTo(next);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };

  if (complete && runs.length === 0 && error === null) return <FirstPoint />;
  const live = runs.filter(({ status }) => status === 'running').length;
  const quiet = (id: string): boolean => deviations.get(id)!.every(({ kind }) => kind === 'silent');
  const troubled = runs.filter(({ id }) => deviations.has(id));
  const silent = troubled.filter(({ id }) => quiet(id)).length;
  const off = troubled.length - silent;
  return (
    <>
      <div class="fleet-head">
        <h1>Runs</h1>
        <span class="tally" role="status">
          {complete || runs.length > 0 ? (
            <>
              {countText(shown.length)}
              {shown.length === runs.length ? '' : ` of ${countText(runs.length)}`} · {countText(live)} running
              {off > 0 && (
                <>
                  {' · '}
                  <b>
                    {countText(off)} off {off === 1 ? 'its' : 'their'} curve
                  </b>
                </>
              )}
              {silent > 0 && (
                <>
                  {' · '}
                  <b>{countText(silent)} silent</b>
                </>
              )}
            </>
          ) : (
            'reading…'
          )}
        </span>
        <FilterBar filters={filters} choices={choices} />
      </div>
      <Fault error={error} />
      {complete && shown.length === 0 && runs.length > 0 ? (
        <section class="panel empty">
          <h2>No run is like that</h2>
          <p>
            <a href="/">Show all {countText(runs.length)} runs</a>
          </p>
        </section>
      ) : (
        <div class="panel" role="table" aria-label="Runs" aria-rowcount={shown.length + 1} onKeyDown={moveFocus}>
          <div role="rowgroup">
            <div class="fleet-columns" role="row" aria-rowindex={1}>
              {COLUMNS.map(([name, label]) => (
                <div key={name} class={name} role="columnheader">
                  {label}
                </div>
              ))}
            </div>
          </div>
          <div ref={list} class="fleet-space" role="rowgroup" style={{ height: `${rows.total}px` }}>
            {rows.items.map(({ index, top, height }) => {
              const run = shown[index];
              if (!run) return null;
              const own = deviations.get(run.id) ?? NONE;
              return (
                <FleetRow
                  key={run.id}
                  {...{ run, index, top, height, now }}
                  deviation={worstDeviation(own)}
                  open={own.length}
                />
              );
            })}
          </div>
        </div>
      )}
    </>
  );
}
