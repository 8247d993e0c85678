// Asks for what changes faster than it is answered: one question at a time, then the newest.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/client.js';

export interface Latest<T> {
  data: T | null;
  error: ApiError | null;
  /** An answer to the newest question is still to come. */
  behind: boolean;
}

/** @param key names the question; null asks nothing. The answer before stays until the next is there. */
export function useLatest<T>(key: string | null, load: () => Promise<T>): Latest<T> {
  const [state, setState] = useState<{ key: string | null; data: T | null; error: ApiError | null }>({
    ...{ key: null, data: null, error: null },
  });
  const latest = useRef({ key, load });
  latest.current = { key, load };
  const busy = useRef(false);
  const gone = useRef(false);
  useEffect(
    () => () => {
      gone.current = true;
    },
    [],
  );
  useEffect(() => {
    const go = async (): Promise<void> => {
      const { key: asked, load: work } = latest.current;
      if (asked === null) return;
      busy.current = true;
      try {
        const data = await work();
        if (!gone.current) setState({ key: asked, data, error: null });
      } catch (error) {
        const told = error instanceof ApiError ? error : new ApiError(-1, String(error));
        if (!gone.current) setState((old) => ({ key: asked, data: old.data, error: told }));
      }
      busy.current = false;
      if (!gone.current && latest.current.key !== asked) void go();
    };
    if (!busy.current) void go();
  }, [key]);
  return { data: state.data, error: state.error, behind: key !== null && state.key !== key };
}
