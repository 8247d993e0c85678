// What comes back from a worker thread: errors lose their class between threads, and what a law cannot do is an answer.
import { LawError } from '../../core/laws/law-error.js';

export type WorkerAnswer<T> = { answer: T } | { refused: { message: string; fix: string } };

/** Runs in the thread. Other errors go through as they are. */
export function answering<T>(work: () => T): WorkerAnswer<T> {
  try {
    return { answer: work() };
  } catch (error) {
    if (error instanceof LawError) return { refused: { message: error.message, fix: error.fix } };
    throw error;
  }
}

/** @throws LawError where the thread refused. */
export function answerOf<T>(answer: WorkerAnswer<T>): T {
  if ('refused' in answer) throw new LawError(answer.refused.message, answer.refused.fix);
  return answer.answer;
}
