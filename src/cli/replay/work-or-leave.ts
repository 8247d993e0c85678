// Waits for work, but not for ever once somebody wants to leave.

/**
 * Resolves, or rejects, with `work`; at the latest it resolves `patienceMs` milliseconds after `signal` has aborted. What
 * becomes of the work then is heard of by nobody.
 */
export async function workOrLeave(work: Promise<unknown>, signal: AbortSignal, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let leaving = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leaving = () => void (timer = setTimeout(resolve, patienceMs));
    if (signal.aborted) leaving();
    else signal.addEventListener('abort', leaving, { once: true });
  });
  try {
    await Promise.race([work, left]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leaving);
  }
}
