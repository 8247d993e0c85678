// Who may work on a run: one task at a time for each run, in the order of arrival; tasks on other runs do not wait.

/** A mutual exclusion by run for async tasks; a task that fails does not hold up the next. */
export class RunTurns {
  /** The newest task on each run, settled when that is over. */
  private readonly last = new Map<string, Promise<void>>();
  private readonly going = new Set<Promise<void>>();

  /** Begins `task` once every earlier task on any of these runs is over. */
  pass<T>(runs: readonly string[], task: () => Promise<T>): Promise<T> {
    const before = runs.flatMap((run) => this.last.get(run) ?? []);
    const mine = Promise.all(before).then(task);
    const over = mine.then(nothing, nothing);
    for (const run of runs) this.last.set(run, over);
    this.going.add(over);
    void over.then(() => {
      this.going.delete(over);
      for (const run of runs) if (this.last.get(run) === over) this.last.delete(run);
    });
    return mine;
  }

  /** Resolves when all tasks so far are over. */
  async settled(): Promise<void> {
    await Promise.all(this.going);
  }
}

const nothing = (): void => undefined;
