// Lets one task through at a time, in the order of arrival.

/** A mutual exclusion for async tasks; a task that fails does not hold up the next. */
export class Turnstile {
  private last: Promise<unknown> = Promise.resolve();

  pass<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.last.then(task, task);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
