// One question about a room, put again where the service asks for patience.
import { setTimeout as sleep } from 'node:timers/promises';
import { RefusedForGoodError } from './keep-looking.js';
import { type Answer, type Call, call } from './post.js';

/** Answers with many messages come whole, with their attachments. */
const MOST_BYTES = 67_108_864;

export interface AskedService {
  /** As people know it. */
  name: string;
  /** What 401 means. */
  refusal: string;
  mostTries: number;
  /** How long a 429 asks to wait (ms). */
  waitMs: (answer: Answer) => number;
}

/**
 * @returns the answer of status 200, or of one of `others`
 * @throws RefusedForGoodError where the service no longer knows us
 */
export async function askRoom(
  service: AskedService,
  question: Omit<Call, 'mostBytes'>,
  others: readonly number[] = [],
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await call({
      ...question,
      headers: { ...question.headers, 'user-agent': 'offcurve' },
      mostBytes: MOST_BYTES,
    });
    const { status, body } = answer;
    if (status === 200 || others.includes(status)) return answer;
    if (status === 401) throw new RefusedForGoodError(service.refusal);
    if (status !== 429 || tries === service.mostTries)
      throw new Error(`${service.name} answered ${status} to ${new URL(question.url).pathname}: ${body.slice(0, 300)}`);
    await sleep(service.waitMs(answer), undefined, { signal: question.signal });
  }
}
