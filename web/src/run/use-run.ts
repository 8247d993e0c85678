// One run with its deviations, forecasts and band, live.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ask, withQuery } from '../api/client.js';
import { type Prediction, readForecasts } from '../api/forecast.js';
import { useLive } from '../api/live.js';
import { runIdOf } from '../api/news.js';
import type { BandKnot, Bucket, Deviation, Page, Run } from '../api/shapes.js';
import { type Loaded, useLoaded } from '../ui/use-loaded.js';
import { NOTHING } from './or-nothing.js';

const SHOW_EVERY_MS = 600;
const BAND_EVERY_MS = 2000;
const MOST_DEVIATIONS = 200;

/** Told apart by being another object or number: what hangs on it is read again. */
export type Tick = unknown;

export interface RunNews {
  run: Loaded<Run>;
  deviations: Loaded<Deviation[]>;
  predictions: Loaded<Prediction[]>;
  /** Another one whenever the run has new points, and when the connection stands again. */
  tick: Tick;
}

export const runUrl = (id: string): string => `/v1/runs/${encodeURIComponent(id)}`;

export function useRun(id: string): RunNews {
  const [resumed, setResumed] = useState(0);
  const run = useLoaded(id, (signal) => ask<Run>(runUrl(id), { signal }), { everyMs: SHOW_EVERY_MS });
  const deviations = useLoaded(
    id,
    async (signal) =>
      (await ask<Page<Deviation>>(withQuery('/v1/deviations', { run: id, limit: MOST_DEVIATIONS }), { signal })).items,
    { everyMs: SHOW_EVERY_MS },
  );
  const predictions = useLoaded(
    id,
    async (signal) => {
      const { items } = await ask<Page<unknown>>(`${runUrl(id)}/forecast`, { signal });
      return readForecasts(items);
    },
    { everyMs: BAND_EVERY_MS },
  );
  useLive(
    { run: id },
    {
      news: (kind, payload) => {
        if (kind === 'deviation') return deviations.reload();
        if (runIdOf(payload) !== id) return;
        if (kind === 'forecast') return predictions.reload();
        // Its curves follow once the run itself has changed: at most one reading of all for so many messages.
        if (kind === 'points') run.reload();
      },
      resumed: () => {
        run.reload();
        deviations.reload();
        predictions.reload();
        setResumed((count) => count + 1);
      },
    },
  );
  const { data } = run;
  const tick = useMemo(() => ({ data, resumed }), [data, resumed]);
  return { run, deviations, predictions, tick };
}

/** A metric over a range of steps, about `points` buckets; read again when `tick` moves on. */
export function useSeries(
  id: string,
  metric: string | null,
  range: { from: number; to: number } | null,
  points: number,
  tick: Tick,
): Loaded<readonly Bucket[]> {
  const series = useLoaded<readonly Bucket[]>(
    `${id}\n${metric ?? ''}\n${range?.from ?? ''}\n${range?.to ?? ''}\n${points}`,
    async (signal) => {
      if (metric === null) return NOTHING;
      const url = withQuery(`${runUrl(id)}/series`, { metric, points, from: range?.from, to: range?.to });
      return (await ask<Page<Bucket>>(url, { signal })).items;
    },
    { everyMs: SHOW_EVERY_MS, keep: true },
  );
  useReread(tick, series.reload);
  return series;
}

/** The band that was predicted for single points of a metric. */
export function useBand(id: string, metric: string | null, tick: Tick): Loaded<readonly BandKnot[]> {
  const band = useLoaded<readonly BandKnot[]>(
    `${id}\n${metric ?? ''}`,
    async (signal) =>
      metric === null
        ? NOTHING
        : (await ask<Page<BandKnot>>(withQuery(`${runUrl(id)}/band`, { metric }), { signal })).items,
    { everyMs: BAND_EVERY_MS },
  );
  useReread(tick, band.reload);
  return band;
}

/** The first reading needs no asking. */
function useReread(tick: Tick, reload: () => void): void {
  const known = useRef(tick);
  useEffect(() => {
    if (known.current === tick) return;
    known.current = tick;
    reload();
  }, [tick]);
}
