// Carries out what a chat service asks for once, although the service repeats it, to any instance and at any time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatRequests } from './chat-requests.js';

/** So long one takes at most to carry out a request; after a kill another may carry it out. */
const CLAIM_MS = 30_000;
const LOOK_MS = 200;

export const REPEATED = Symbol('carried out already');

/**
 * One that is repeated while it is being carried out waits: where that fails, or its instance is killed, it is the one that
 * is carried out.
 *
 * @param request `rememberedMs`: for so long a repeat is known as one
 * @param signal ends the wait
 * @returns what the work gives, or REPEATED where it is done already
 * @throws what the work throws: it may be asked for again
 */
export async function carryOutOnce<T>(
  requests: ChatRequests,
  { id, rememberedMs }: { id: string; rememberedMs: number },
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T | typeof REPEATED> {
  let claim;
  while ((claim = await requests.claim(id, CLAIM_MS)) === 'others') await sleep(LOOK_MS, undefined, { signal });
  if (claim === 'done') return REPEATED;
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await requests.forget(id).catch(() => undefined);
    throw error;
  }
  // Whoever asked is told what became of it, also where that cannot be noted; asked again, it mostly changes nothing.
  await requests.done(id, rememberedMs).catch(() => undefined);
  return result;
}
