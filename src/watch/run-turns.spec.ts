// One task at a time on a run, whatever becomes of the one before; tasks on other runs go on meanwhile.
import { RunTurns } from './run-turns.js';

/** A task that waits until it is told to end, and what was begun so far. */
function stage() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const task = (name: string) => (): Promise<string> => {
    begun.push(name);
    return new Promise((resolve, reject) =>
      ends.set(name, (error) => (error ? reject(error) : resolve(`${name} is over`))),
    );
  };
  const end = async (name: string, error?: Error): Promise<void> => {
    ends.get(name)!(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, task, end };
}

it('begins a task only when the earlier ones on its runs are over, also those that share but one run', async () => {
  const turns = new RunTurns();
  const { begun, task, end } = stage();
  const first = turns.pass(['a', 'b'], task('first'));
  void turns.pass(['b', 'c'], task('second'));
  void turns.pass(['c'], task('third'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['first']);
  await end('first');
  expect(await first).toBe('first is over');
  expect(begun).toEqual(['first', 'second']);
  await end('second');
  expect(begun).toEqual(['first', 'second', 'third']);
});

it('lets tasks on other runs go on meanwhile', async () => {
  const turns = new RunTurns();
  const { begun, task } = stage();
  void turns.pass(['a'], task('first'));
  void turns.pass(['b'], task('second'));
  void turns.pass([], task('third'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['first', 'second', 'third']);
});

it('goes on behind a task that failed, whose error its caller alone hears of', async () => {
  const turns = new RunTurns();
  const { begun, task, end } = stage();
  const first = turns.pass(['a'], task('first'));
  const caught = first.catch((error: Error) => error.message);
  void turns.pass(['a'], task('second'));
  await new Promise((resolve) => setImmediate(resolve));
  await end('first', new Error('the store is away'));
  expect(await caught).toBe('the store is away');
  expect(begun).toEqual(['first', 'second']);
});

it('is settled when all tasks so far are over', async () => {
  const turns = new RunTurns();
  const { task, end } = stage();
  void turns.pass(['a'], task('first'));
  void turns.pass(['b'], task('second'));
  let settled = false;
  void turns.settled().then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  await end('first');
  expect(settled).toBe(false);
  await end('second');
  expect(settled).toBe(true);
});
