// Instances as processes of their own on one Kafka and one database, records that stream, and the count of what came of them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../src/outbound/postgres/database.js';
import { PostgresRunReader } from '../../src/outbound/postgres/postgres-run-reader.js';
import { type TestTopics, record, until, valuesOf } from '../kafka/kafka-service.js';
import { ServeProcess } from '../kafka/long-service.js';
import { emptyDatabase } from '../postgres/test-database.js';

const RUNS = 12;
/** Each run breaks off into NaN for four steps from here: deviations that are known beforehand. */
const BROKEN_EVERY = 400;
const BROKEN_AT = 200;
const STEPS_AT_ONCE = 20;

const isBroken = (step: number): boolean => {
  const at = step % BROKEN_EVERY;
  return at >= BROKEN_AT && at < BROKEN_AT + 4;
};
const lossAt = (run: number, step: number): number => (isBroken(step) ? NaN : 2 + 1 / (step + run + 1));

export class Fleet {
  /** How often the webhook was called, by message id. */
  readonly received = new Map<string, number>();
  readonly reader: PostgresRunReader;
  private readonly instances = new Set<ServeProcess>();
  private streaming: Promise<void> | null = null;
  private steps = 0;
  private ending = false;

  private constructor(
    private readonly topics: TestTopics,
    private readonly dir: string,
    private readonly hooks: Server,
    readonly databaseUrl: string,
    readonly database: Database,
  ) {
    this.reader = new PostgresRunReader(database);
  }

  static async on(topics: TestTopics): Promise<Fleet> {
    const hooks = createServer();
    const databaseUrl = await emptyDatabase();
    const dir = mkdtempSync(join(tmpdir(), 'offcurve-fleet-'));
    const fleet = new Fleet(topics, dir, hooks, databaseUrl, new Database({ url: databaseUrl }));
    hooks.on('request', (request, response) => {
      const id = String(request.headers['idempotency-key']);
      fleet.received.set(id, (fleet.received.get(id) ?? 0) + 1);
      request.resume();
      request.on('end', () => response.end());
    });
    await new Promise<void>((done) => hooks.listen(0, '127.0.0.1', done));
    return fleet;
  }

  async start(): Promise<ServeProcess> {
    const config = join(this.dir, 'offcurve.yml');
    const { port } = this.hooks.address() as AddressInfo;
    const hook = `{ webhook: { url: "http://127.0.0.1:${port}/", allow_private: true } }`;
    writeFileSync(config, `channels: { hooks: ${hook} }\nroutes: [{ channels: [hooks] }]\n`);
    const instance = await ServeProcess.start({
      KAFKA_BROKERS: this.topics.brokers,
      KAFKA_TOPIC_PREFIX: this.topics.prefix,
      DATABASE_URL: this.databaseUrl,
      OFFCURVE_CONFIG: config,
    });
    this.instances.add(instance);
    return instance;
  }

  async stop(instance: ServeProcess): Promise<void> {
    this.instances.delete(instance);
    await instance.stop();
  }

  async kill(instance: ServeProcess): Promise<void> {
    this.instances.delete(instance);
    await instance.kill(true);
  }

  /** Sends steps of all runs, one after the other, until `endStream`. */
  beginStream(): void {
    const started = Date.now() / 1000;
    this.ending = false;
    this.streaming = (async () => {
      while (!this.ending) {
        const from = this.steps;
        const messages = Array.from({ length: STEPS_AT_ONCE * RUNS }, (_, index) => {
          const [run, step] = [index % RUNS, from + Math.floor(index / RUNS)];
          const metrics = { loss: lossAt(run, step) };
          const { key, value } = record(`run-${run}`, step, metrics, { attempt: 1, time: started + step / 100 });
          return { key, value: String(value).replace('"loss":null', '"loss":NaN') };
        });
        await this.topics.send(this.topics.names.metrics, messages);
        this.steps += STEPS_AT_ONCE;
        await new Promise((done) => setTimeout(done, 100));
      }
    })();
  }

  /** Until the stream is so much further. */
  async further(steps: number): Promise<void> {
    const from = this.steps;
    await until(`${steps} further steps`, async () => this.steps >= from + steps, 240_000);
  }

  async endStream(): Promise<void> {
    this.ending = true;
    await this.streaming;
    // The stream ends outside of anything broken, so that all deviations are over.
    while (this.steps % BROKEN_EVERY <= BROKEN_AT + 40 && this.steps % BROKEN_EVERY >= BROKEN_AT) await this.sendOne();
  }

  private async sendOne(): Promise<void> {
    this.beginStream();
    this.ending = true;
    await this.streaming;
  }

  /** Every point is stored, once; every break is one deviation; everything was told. */
  async expectAllOnce(): Promise<void> {
    for (let run = 0; run < RUNS; run++) {
      const id = `run-${run}`;
      await until(id, async () => (await this.reader.find(id))?.records === this.steps, 240_000);
      expect(await valuesOf(this.reader, id)).toEqual(
        Array.from({ length: this.steps }, (_, step) => [1, step, lossAt(run, step)]),
      );
      expect((await this.reader.find(id))!.counters).toMatchObject({ repeats: 0, conflicts: 0 });
    }
    const broken = await this.database.query<{ n: number }>(
      `select count(*)::int as n from deviations where kind = 'non-finite'
         group by run, started_at_step having count(*) > 1`,
    );
    expect(broken).toEqual([]);
    await until('all told', async () => {
      const [row] = await this.database.query<{ n: number }>(
        `select count(*)::int as n from outbox where state = 'pending'`,
      );
      return row!.n === 0;
    });
    const ids = await this.database.query<{ id: string }>(`select id from outbox where channel = 'hooks'`);
    expect([...this.received.keys()].toSorted()).toEqual(ids.map(({ id }) => id).sort());
    expect(ids.length).toBeGreaterThan(RUNS);
  }

  async close(): Promise<void> {
    this.ending = true;
    await this.streaming?.catch(() => undefined);
    for (const instance of this.instances) await instance.kill(true);
    await this.database.close();
    this.hooks.close();
    this.hooks.closeAllConnections();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
