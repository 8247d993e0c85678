// What the reader can change of a run's charts, and take away.
import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { Run } from '../api/shapes.js';
import type { Plot } from '../chart/plot.js';
import { setQuery } from '../routing.js';
import { Choice } from '../ui/choice.js';
import { type AxisName, axesOf } from './axis.js';
import { CompareRuns } from './compare-runs.js';
import type { ChartFrame } from './chart-frame.js';
import { saveCsv, savePng } from './take-away.js';
import { type ViewState, zoomTo } from './view-state.js';

const AXIS_WORDS: Record<AxisName, string> = { step: 'Steps', tokens: 'Tokens', compute: 'Compute', time: 'Time' };

interface Props {
  run: Run;
  state: ViewState;
  frame: ChartFrame;
  plot: Plot | null;
  place: RefObject<HTMLDivElement | null>;
}

export function ChartTools({ run, state, frame, plot, place }: Props) {
  const [busy, setBusy] = useState<string | null>(null);
  const metric = state.metric!;
  const csv = async (): Promise<void> => {
    setBusy('0 points');
    try {
      await saveCsv(run, metric, (count) => setBusy(`${count.toLocaleString()} points`));
      setBusy(null);
    } catch (error) {
      setBusy(error instanceof Error ? error.message : String(error));
    }
  };
  const zoom = (factor: number): void => {
    const { from, to } = frame.x;
    const middle = (from + to) / 2;
    const half = ((to - from) / 2) * factor;
    if (middle - half <= frame.whole.from && middle + half >= frame.whole.to) frame.onReset();
    else frame.onZoom(Math.max(frame.whole.from, middle - half), Math.min(frame.whole.to, middle + half));
  };
  return (
    <div class="chart-tools">
      {run.metrics.length > 1 && (
        <select
          aria-label="Metric"
          value={metric}
          onChange={(event) => setQuery({ metric: event.currentTarget.value })}
        >
          {run.metrics.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <Choice
        label="Axis"
        value={state.axis}
        options={axesOf(run).map((name) => [name, AXIS_WORDS[name]] as const)}
        onChoose={(x) => setQuery({ x: x === 'step' ? null : x })}
      />
      <Choice
        label="Vertical scale"
        value={state.logY ? 'log' : 'linear'}
        options={[
          ['log', 'y log'],
          ['linear', 'y linear'],
        ]}
        onChoose={(scale) => setQuery({ logy: scale === 'log' ? null : '0' })}
      />
      {state.axis !== 'time' && (
        <Choice
          label="Horizontal scale"
          value={state.logX ? 'log' : 'linear'}
          options={[
            ['linear', 'x linear'],
            ['log', 'x log'],
          ]}
          onChoose={(scale) => setQuery({ logx: scale === 'log' ? '1' : null })}
        />
      )}
      <Choice
        label="Reach"
        value={state.soFar ? 'now' : 'end'}
        options={[
          ['end', 'To the end'],
          ['now', 'So far'],
        ]}
        onChoose={(reach) => setQuery({ sofar: reach === 'now' ? '1' : null })}
      />
      <CompareRuns run={run} chosen={state.beside} />
      <span class="zoom" role="group" aria-label="Zoom">
        <button type="button" aria-label="Zoom in" onClick={() => zoom(0.5)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" disabled={state.range === null} onClick={() => zoom(2)}>
          −
        </button>
        <button type="button" disabled={state.range === null} onClick={() => zoomTo(null)}>
          All
        </button>
        {state.range !== null && (
          <span class="quiet">
            steps {state.range.from.toLocaleString()} to {state.range.to.toLocaleString()}
          </span>
        )}
      </span>
      <span class="take">
        <button type="button" disabled={plot === null} onClick={() => plot && void savePng(plot.canvas, run, metric)}>
          PNG
        </button>
        <button type="button" disabled={busy !== null && /points$/.test(busy)} onClick={() => void csv()}>
          CSV
        </button>
        <button
          type="button"
          aria-label="Full screen"
          title="Full screen"
          onClick={() => void place.current?.querySelector('.chart')?.requestFullscreen()}
        >
          <svg width="12" height="12" viewBox="0 0 12 12" fill="none" stroke="currentColor" aria-hidden="true">
            <path d="M4 1H1v3M8 1h3v3M4 11H1V8M8 11h3V8" stroke-width="1.6" />
          </svg>
        </button>
        <span class="quiet" role="status">
          {busy}
        </span>
      </span>
    </div>
  );
}
