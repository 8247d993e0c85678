// What a visible row shows beyond the list: the forecast's end, and residuals against the band that was predicted.
import { useEffect, useState } from 'preact/hooks';
import { ask, withQuery } from '../api/client.js';
import { type Prediction, readForecast } from '../api/forecast.js';
import type { BandKnot, Bucket, Page, Run } from '../api/shapes.js';
import { Band, residualsOf } from '../run/residuals.js';
import type { Residual } from './residual-spark.js';

interface Detail {
  final: Prediction['final'];
  residuals: Residual[] | null;
  /** Of its first record. */
  firstStep: number | null;
}

const POINTS = 60;
/** A row that is scrolled past is not worth a question. */
const REST_MS = 120;
/** A running run's details are asked for again once it has grown by this share. */
const GROWTH = 0.02;
const AT_ONCE = 4;
const MOST_KEPT = 600;

const kept = new Map<string, { step: number; detail: Detail }>();
let running = 0;
const queue: (() => void)[] = [];

export function useRowDetail(run: Run, metric: string | null): Detail | null {
  const [, setVersion] = useState(0);
  const known = kept.get(run.id);
  const stale = metric !== null && (known === undefined || run.newest_step > known.step * (1 + GROWTH) + 1);
  useEffect(() => {
    if (!stale || metric === null) return;
    const control = new AbortController();
    const timer = setTimeout(() => {
      void inTurn(async () => {
        if (control.signal.aborted) return;
        const detail = await readDetail(run.id, metric, control.signal);
        keep(run.id, { step: run.newest_step, detail });
        setVersion((count) => count + 1);
      }).catch(() => undefined); // The row is complete without it, and asks again when it grows.
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [run.id, metric, stale]);
  return known?.detail ?? null;
}

function keep(id: string, entry: { step: number; detail: Detail }): void {
  kept.delete(id);
  kept.set(id, entry);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
}

/** A few questions at a time: the list must not crowd out the rest of the page. */
async function inTurn(work: () => Promise<void>): Promise<void> {
  if (running >= AT_ONCE) await new Promise<void>((go) => queue.push(go));
  running++;
  try {
    await work();
  } finally {
    running--;
    queue.shift()?.();
  }
}

async function readDetail(id: string, metric: string, signal: AbortSignal): Promise<Detail> {
  const base = `/v1/runs/${encodeURIComponent(id)}`;
  const [series, band, forecasts] = await Promise.all([
    ask<Page<Bucket>>(withQuery(`${base}/series`, { metric, points: POINTS }), { signal }),
    ask<Page<BandKnot>>(withQuery(`${base}/band`, { metric }), { signal }),
    ask<Page<unknown>>(`${base}/forecast`, { signal }),
  ]);
  const prediction = forecasts.items.map(readForecast).find((one) => one?.metric === metric);
  return {
    final: prediction?.final ?? null,
    residuals: residualsOf(series.items, new Band(band.items)),
    firstStep: series.items[0]?.step_from ?? null,
  };
}
