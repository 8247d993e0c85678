// Ctrl-C: the first ends the work in order, a later one at once.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm and the terminal both pass on one Ctrl-C: what follows so closely is the same wish. */
const SAME_WISH_MS = 1_000;
const INTERRUPTED = 130;

/** Aborts when the process is first told to stop. Told again a while later, the process ends at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let first: number | null = null;
  const told = (): void => {
    if (first === null) {
      first = Date.now();
      stop.abort();
    } else if (Date.now() - first > SAME_WISH_MS) process.exit(INTERRUPTED);
  };
  for (const signal of SIGNALS) process.on(signal, told);
  return stop.signal;
}
