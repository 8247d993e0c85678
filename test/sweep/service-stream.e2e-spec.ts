// The trainer and offcurve together: records come to rest in Postgres, and a killed offcurve costs neither steps nor records.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { type Running, startCli } from '../cli/cli.js';
import { eventually, testService } from '../http/test-service.js';
import { emptyDatabase } from '../postgres/test-database.js';
import { corpus, start } from './python.js';
import { loggedSteps } from './run-log.js';

let dir: string;
beforeAll(async () => {
  await corpus();
  dir = mkdtempSync(join(tmpdir(), 'offcurve-sweep-'));
}, 300_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const train = (name: string, args: string[], env: Record<string, string> = {}) =>
  start('train.py', ['--run', name, '--size', '12k', '--log-dir', dir, ...args], env);

const logged = (name: string) => loggedSteps(join(dir, `${name}.jsonl`));

/** A run's stored losses as [step, loss], in the order of the steps; null where the loss was not a number. */
async function stored(url: string, name: string): Promise<[number, number | null][]> {
  const text = await (await fetch(`${url}/v1/runs/${name}/points?metric=loss`)).text();
  const points = text.trim().split('\n');
  return points.map((line) => JSON.parse(line)).map(({ step, value }) => [step, value]);
}

it('thirty steps over real Kafka are in Postgres as they are in the run file, the NaN among them', async () => {
  const prefix = `sweep-${randomBytes(4).toString('hex')}.`;
  const brokers = process.env.TEST_KAFKA_BROKERS!;
  const service = await testService({ KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: prefix });
  const database = new pg.Client({ connectionString: service.databaseUrl });
  try {
    const trainer = await train('thirty', ['--steps', '30', '--fault', 'nan@20', '--kafka', brokers], {
      KAFKA_TOPIC_PREFIX: prefix,
    });
    expect(await trainer.ended).toMatchObject({ code: 0, stderr: '' });
    const run = await eventually(async () => {
      const { status, json } = await service.call('GET', '/v1/runs/thirty');
      return status === 200 && json.status === 'finished' && json;
    }, 30_000);
    expect(run).toMatchObject({ records: 30, newest_step: 30, metadata: { planned_steps: 30, params: 11408 } });
    expect(await stored(service.url, 'thirty')).toEqual(
      logged('thirty').map(({ step, metrics }) => [step, metrics.loss]),
    );
    await database.connect();
    const { rows } = await database.query('select count(*)::int as deviations from deviations');
    expect(rows).toEqual([{ deviations: 1 }]);
  } finally {
    await database.end();
    await service.stop();
  }
}, 120_000);

it('offcurve killed in mid-training: the same losses as without it, and no record lost', async () => {
  const alone = await train('alone', ['--steps', '200']);
  expect(await alone.ended).toMatchObject({ code: 0 });

  const [databaseUrl, port] = [await emptyDatabase(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const serve = async (): Promise<Running> => {
    const running = startCli(['serve', '--port', String(port)], { env: { DATABASE_URL: databaseUrl } });
    await eventually(async () => (await fetch(`${url}/health/ready`).catch(() => null))?.ok ?? false, 60_000);
    return running;
  };
  let service = await serve();
  try {
    const trainer = await train('watched', ['--steps', '200', '--step-seconds', '0.03', '--http', url]);
    const step = (number: number) => eventually(async () => logged('watched').length >= number, 60_000);
    await eventually(async () => (await fetch(`${url}/v1/runs/watched`)).status === 200, 60_000);
    await step(60);
    service.child.kill('SIGKILL');
    await service.ended;
    const atDeath = logged('watched').length;
    expect(atDeath).toBeLessThan(200);
    await step(atDeath + 30); // the trainer goes on with nobody to hear it
    service = await serve();
    const { code, stderr } = await trainer.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('kept and sent later') });

    const curve = (name: string) => logged(name).map(({ step, metrics }) => [step, metrics.loss, metrics.val_loss]);
    expect(curve('watched')).toEqual(curve('alone'));
    expect(await stored(url, 'watched')).toEqual(logged('watched').map(({ step, metrics }) => [step, metrics.loss]));
    expect(await (await fetch(`${url}/v1/runs/watched`)).json()).toMatchObject({ status: 'finished', records: 200 });
  } finally {
    service.child.kill('SIGTERM');
    await service.ended;
  }
}, 120_000);
