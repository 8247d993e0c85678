// A month of training in minutes: a hundred stretches of twenty runs, one after the other, and the memory stays where it was.
import { emptyDatabase } from '../postgres/test-database.js';
import { ServeProcess } from '../kafka/long-service.js';

jest.setTimeout(1_800_000);

const RUNS = 20;
const STRETCHES = 100;
/** A step a minute makes a month of each run. */
const STEPS = 432;
const MINUTE = 60;

let service: ServeProcess;
beforeAll(async () => {
  service = await ServeProcess.start({ DATABASE_URL: await emptyDatabase(), LOG_LEVEL: 'warn' });
});
afterAll(() => service?.stop());

const start = Date.now() / 1000 - STRETCHES * STEPS * MINUTE;

/** One stretch of all runs. Every tenth run leaves its curve for a while, again and again. */
async function send(stretch: number): Promise<void> {
  for (let run = 0; run < RUNS; run++) {
    const records = Array.from({ length: STEPS }, (_, n) => {
      const step = stretch * STEPS + n;
      const noise = Math.sin(12.9898 * step + 78.233 * run) * 43_758.5453;
      const off = run % 10 === 0 && stretch % 10 === 5 ? 0.4 : 0;
      const loss = 2 + 3 * (step + 10) ** -0.3 + 0.02 * (noise - Math.floor(noise) - 0.5) + off;
      return { run: `r${run}`, step, time: start + step * MINUTE, metrics: { loss, lr: 3e-4, grad_norm: 1 + off } };
    });
    const { status } = await fetch(`${service.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(records),
    });
    expect(status).toBe(202);
  }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

it('a month of twenty runs', async () => {
  const megabytes: number[] = [];
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    await send(stretch);
    megabytes.push((await service.metric('process_resident_memory_bytes')) / 2 ** 20);
  }
  expect(await service.metric('offcurve_records_total')).toBe(RUNS * STRETCHES * STEPS);
  const middle = median(megabytes.slice(30, 60));
  const end = median(megabytes.slice(70));
  process.stdout.write(`${JSON.stringify({ middle: Math.round(middle), end: Math.round(end) })}\n`);
  expect(end).toBeLessThan(1.1 * middle);
});
