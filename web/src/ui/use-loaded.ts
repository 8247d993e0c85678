// Loads something from the service, keeps the last good answer while it loads again, and drops answers that come too late.
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/client.js';

export interface Loaded<T> {
  data: T | null;
  error: ApiError | null;
  /** Loads again, at most so often: calls in between are one call afterwards. */
  reload: () => void;
}

/** `key` names what is loaded: another key drops the old answer. `keep` shows the old answer until the new one is there. */
export function useLoaded<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  { everyMs = 0, keep = false }: { everyMs?: number; keep?: boolean } = {},
): Loaded<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: ApiError | null }>({
    key,
    data: null,
    error: null,
  });
  const latest = useRef(load);
  latest.current = load;
  const asked = useRef<() => void>(() => undefined);

  // Asked for before the browser paints: a frame sooner.
  useLayoutEffect(() => {
    const control = new AbortController();
    let busy = false;
    let again = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      if (control.signal.aborted) return;
      busy = true;
      again = false;
      try {
        const data = await latest.current(control.signal);
        if (control.signal.aborted) return;
        setState((old) =>
          old.key === key && old.data === data && old.error === null ? old : { key, data, error: null },
        );
      } catch (error) {
        if (control.signal.aborted) return;
        const told = error instanceof ApiError ? error : new ApiError(-1, String(error));
        setState((old) => ({ key, data: old.key === key ? old.data : null, error: told }));
      }
      timer = setTimeout(() => {
        busy = false;
        if (again) void run();
      }, everyMs);
    };
    asked.current = () => {
      if (busy) again = true;
      else void run();
    };
    void run();
    return () => {
      control.abort();
      clearTimeout(timer);
    };
  }, [key]);

  const reload = useCallback(() => asked.current(), []);
  const current = state.key === key || keep;
  return { data: current ? state.data : null, error: state.key === key ? state.error : null, reload };
}
