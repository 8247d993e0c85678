// All runs and their unresolved deviations: read page by page, then kept live.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiError, ask, withQuery } from '../api/client.js';
import { useLive } from '../api/live.js';
import { deviationOfNews, runOfNews } from '../api/news.js';
import type { Deviation, Page, Run } from '../api/shapes.js';

const PAGE = 500;
/** News is shown at most so often: a list that flickers cannot be read. */
const SHOW_EVERY_MS = 500;
/** Runs that news speaks of without saying how they stand are read again at most so often. */
const READ_EVERY_MS = 2000;
const MOST_SINGLE_READS = 40;
const TRY_AGAIN_MS = 3000;
/** News of points may be lost on a busy connection: all is read again now and then. */
const READ_ALL_EVERY_MS = 60_000;

export interface Fleet {
  runs: readonly Run[];
  /** Unresolved deviations by run; those of several runs are under each of them. */
  deviations: ReadonlyMap<string, readonly Deviation[]>;
  /** All pages have been read once. */
  complete: boolean;
  error: ApiError | null;
}

export function useFleet(): Fleet {
  const runs = useRef(new Map<string, Run>());
  const open = useRef(new Map<string, Deviation>());
  const dirty = useRef(new Set<string>());
  /** News while all is being read: what is read may be older than it. */
  const heard = useRef<{ runs: Map<string, Partial<Run>>; deviations: Deviation[] } | null>(null);
  const retry = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [version, setVersion] = useState(0);
  const [complete, setComplete] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const control = useRef(new AbortController());
  const shown = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const show = (): void => {
    shown.current ??= setTimeout(() => {
      shown.current = undefined;
      setVersion((count) => count + 1);
    }, SHOW_EVERY_MS);
  };

  const stands = (deviation: Deviation): void => {
    if (deviation.status === 'resolved') open.current.delete(deviation.id);
    else open.current.set(deviation.id, deviation);
  };

  const readAll = async (): Promise<void> => {
    control.current.abort();
    clearTimeout(retry.current);
    const { signal } = (control.current = new AbortController());
    try {
      const news = (heard.current = { runs: new Map<string, Partial<Run>>(), deviations: [] as Deviation[] });
      const [, unresolved] = await Promise.all([readRuns(signal), readUnresolved(signal)]);
      if (signal.aborted) return;
      open.current = new Map(unresolved.map((deviation) => [deviation.id, deviation]));
      for (const deviation of news.deviations) stands(deviation);
      heard.current = null;
      setError(null);
      setComplete(true);
      setVersion((count) => count + 1);
    } catch (caught) {
      if (signal.aborted) return;
      setError(caught instanceof ApiError ? caught : new ApiError(-1, String(caught)));
      retry.current = setTimeout(() => void readAll(), TRY_AGAIN_MS);
    }
  };

  /** Runs that are no longer there are dropped at the end: the list does not blink while it is read again. */
  const readRuns = async (signal: AbortSignal): Promise<void> => {
    const before = [...runs.current.keys()];
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const page: Page<Run> = await ask(withQuery('/v1/runs', { limit: PAGE, after: cursor }), { signal });
      for (const run of page.items) {
        seen.add(run.id);
        runs.current.set(run.id, newer(run, heard.current?.runs.get(run.id)));
      }
      cursor = page.next;
      setVersion((count) => count + 1);
    } while (cursor !== null);
    // One that came up meanwhile is not among the pages, and there all the same.
    for (const id of before) if (!seen.has(id)) runs.current.delete(id);
  };

  useEffect(() => {
    void readAll();
    const timer = setInterval(() => void readDirty(), READ_EVERY_MS);
    const again = setInterval(() => {
      if (!document.hidden) void readAll();
    }, READ_ALL_EVERY_MS);
    return () => {
      clearInterval(again);
      control.current.abort();
      clearTimeout(retry.current);
      clearInterval(timer);
      clearTimeout(shown.current);
    };
  }, []);

  const readDirty = async (): Promise<void> => {
    const ids = [...dirty.current].slice(0, MOST_SINGLE_READS);
    for (const id of ids) dirty.current.delete(id);
    for (const id of ids) {
      try {
        runs.current.set(id, await ask<Run>(`/v1/runs/${encodeURIComponent(id)}`));
      } catch (caught) {
        if (caught instanceof ApiError && caught.status === 404) runs.current.delete(id);
        else dirty.current.add(id);
      }
      show();
    }
  };

  useLive(
    { all: true },
    {
      news: (kind, payload) => {
        if (kind === 'deviation') {
          const deviation = deviationOfNews(payload);
          if (deviation === null) return;
          heard.current?.deviations.push(deviation);
          stands(deviation);
          show();
        } else if (kind === 'points') {
          const { id, change } = runOfNews(payload);
          if (id === null) return;
          if (change) heard.current?.runs.set(id, change);
          const run = runs.current.get(id);
          if (run && change) {
            runs.current.set(id, { ...run, ...change });
            show();
          } else dirty.current.add(id);
        }
      },
      resumed: () => void readAll(),
    },
  );

  return useMemo(() => {
    const deviations = new Map<string, Deviation[]>();
    for (const deviation of open.current.values())
      for (const id of deviation.run === null ? deviation.runs : [deviation.run]) {
        const list = deviations.get(id);
        if (list) list.push(deviation);
        else deviations.set(id, [deviation]);
      }
    return { runs: [...runs.current.values()], deviations, complete, error };
  }, [version, complete, error]);
}

/** A run as read, with what was heard of it meanwhile where that is the later. */
function newer(run: Run, change: Partial<Run> = {}): Run {
  const { attempt = run.attempt, newest_step: step } = change;
  const later = attempt > run.attempt || (attempt === run.attempt && (step ?? -1) > (run.newest_step ?? -1));
  return later ? { ...run, ...change } : run;
}

const UNRESOLVED = ['open', 'acknowledged', 'snoozed'] as const;

async function readUnresolved(signal: AbortSignal): Promise<Deviation[]> {
  const all: Deviation[] = [];
  for (const status of UNRESOLVED) {
    let cursor: string | null = null;
    do {
      const page: Page<Deviation> = await ask(withQuery('/v1/deviations', { status, limit: PAGE, after: cursor }), {
        signal,
      });
      all.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
  }
  return all;
}
