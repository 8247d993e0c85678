// One run with its deviations, forecasts and band, live.
import { useEffect, useState } from 'preact/hooks';
import { ask, withQuery } from '../api/client.js';
import { type Prediction, readForecast } from '../api/forecast.js';
import { useLive } from '../api/live.js';
import { runIdOf } from '../api/news.js';
import type { BandKnot, Bucket, Deviation, Page, Run } from '../api/shapes.js';
import { type Loaded, useLoaded } from '../ui/use-loaded.js';

const SHOW_EVERY_MS = 600;
const BAND_EVERY_MS = 2000;
const MOST_DEVIATIONS = 200;

export interface RunNews {
  run: Loaded<Run>;
  deviations: Loaded<Deviation[]>;
  predictions: Loaded<Prediction[]>;
  /** Moves on when the run has new points, and when the connection stands again. */
  tick: number;
}

export const runUrl = (id: string): string => `/v1/runs/${encodeURIComponent(id)}`;

export function useRun(id: string): RunNews {
  const [tick, setTick] = useState(0);
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
      return items.map(readForecast).filter((one) => one !== null);
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
        if (kind !== 'points') return;
        run.reload();
        setTick((count) => count + 1);
      },
      resumed: () => {
        run.reload();
        deviations.reload();
        predictions.reload();
        setTick((count) => count + 1);
      },
    },
  );
  return { run, deviations, predictions, tick };
}

/** A metric over a range of steps, about `points` buckets; read again when `tick` moves on. */
export function useSeries(
  id: string,
  metric: string | null,
  range: { from: number; to: number } | null,
  points: number,
  tick: number,
): Loaded<Bucket[]> {
  const series = useLoaded(
    `${id}\n${metric ?? ''}\n${range?.from ?? ''}\n${range?.to ?? ''}\n${points}`,
    async (signal) => {
      if (metric === null) return [];
      const url = withQuery(`${runUrl(id)}/series`, { metric, points, from: range?.from, to: range?.to });
      return (await ask<Page<Bucket>>(url, { signal })).items;
    },
    { everyMs: SHOW_EVERY_MS, keep: true },
  );
  useEffect(() => {
    if (tick > 0) series.reload();
  }, [tick]);
  return series;
}

/** The band that was predicted for single points of a metric. */
export function useBand(id: string, metric: string | null, tick: number): Loaded<BandKnot[]> {
  const band = useLoaded(
    `${id}\n${metric ?? ''}`,
    async (signal) =>
      metric === null ? [] : (await ask<Page<BandKnot>>(withQuery(`${runUrl(id)}/band`, { metric }), { signal })).items,
    { everyMs: BAND_EVERY_MS },
  );
  useEffect(() => {
    if (tick > 0) band.reload();
  }, [tick]);
  return band;
}
