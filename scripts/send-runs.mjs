// Sends recorded runs to a service over HTTP, ended now or paced: for screenshots and for trying the page.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

const RESERVED = new Set(['step', 'time', 'attempt', 'run', 'nonfinite']);

/**
 * The lines of a run file as the service takes them, in order.
 *
 * @param {string} file a `.jsonl.gz` with flat records
 * @param {{ run?: string, upTo?: number, endAt?: number, stretch?: number }} options `run` names it anew; `upTo` leaves out
 *   what comes behind this step, and the end; `endAt` moves all times so that the newest lies there (milliseconds);
 *   `stretch` makes the time between records so many times longer
 * @returns {Promise<{ kind: 'runs' | 'metrics', body: Record<string, unknown> }[]>}
 */
export async function readRun(file, { run, upTo = Infinity, endAt, stretch = 1 } = {}) {
  const items = [];
  let id = run;
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    if (line === '') continue;
    const json = JSON.parse(withWords(line));
    if (json.run && typeof json.run === 'object') {
      id ??= json.run.run;
      const ends = ['finished', 'failed', 'stopped'].includes(json.run.status);
      if (ends && upTo !== Infinity) continue;
      items.push({ kind: 'runs', body: { ...json.run, run: id, ...(run && json.run.name && { name: run }) } });
      continue;
    }
    if (json.step > upTo) continue;
    const metrics = Object.fromEntries(Object.entries(json).filter(([key]) => !RESERVED.has(key)));
    const { step, time, attempt, nonfinite } = json;
    items.push({ kind: 'metrics', body: { run: id, step, time, attempt, metrics, ...(nonfinite && { nonfinite }) } });
  }
  if (endAt !== undefined) {
    const newest = Math.max(...items.map(({ body }) => body.time ?? 0));
    for (const { body } of items)
      if (body.time !== undefined) body.time = endAt / 1000 - (newest - body.time) * stretch;
  }
  return items;
}

/** Python's bare NaN and infinities as the words that the service takes too. */
const withWords = (line) => line.replace(/:\s*(NaN|-?Infinity)(?=[,}])/g, ':"$1"');

/**
 * Posts items in order, neighbours of one kind together.
 *
 * @param {string} url of the service
 * @throws Error with the service's answer where it does not take them
 */
export async function send(url, items, { most = 2000 } = {}) {
  for (let from = 0; from < items.length;) {
    let to = from;
    while (to < items.length && to - from < most && items[to].kind === items[from].kind) to++;
    const lines = items.slice(from, to).map(({ body }) => JSON.stringify(body));
    const response = await fetch(`${url}/v1/${items[from].kind}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    const answer = await response.text();
    if (response.status !== 202) throw new Error(`the service answered ${response.status}: ${answer}`);
    const { rejected } = JSON.parse(answer);
    if (rejected.length > 0) throw new Error(`the service rejected ${JSON.stringify(rejected[0])}`);
    from = to;
  }
}
