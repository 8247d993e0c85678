// The module gives each port its store on a migrated database, and closes the pool when the application is shut down.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { DeviationStore } from '../../src/alerting/deviation-store.js';
import { OutboxStore } from '../../src/alerting/outbox-store.js';
import { Database } from '../../src/outbound/postgres/database.js';
import { PostgresModule } from '../../src/outbound/postgres/postgres.module.js';
import { RunReader } from '../../src/runs/run-reader.js';
import { WatchStore } from '../../src/watch/watch-store.js';
import { batch, change, header } from './change.js';
import { emptyDatabase } from './test-database.js';

it('provides the ports, answers for its health, and closes the pool at the end', async () => {
  const url = await emptyDatabase();
  const app = await NestFactory.createApplicationContext(PostgresModule.forRoot({ url }), { logger: false });
  const database = app.get(Database);
  expect(await app.get(WatchStore).commit(batch(change(header('r'))))).toMatchObject({ status: 'committed' });
  expect((await app.get(RunReader).list({ limit: 5 })).items).toMatchObject([{ id: 'r' }]);
  expect((await app.get(DeviationStore).list({ limit: 5 })).items).toEqual([]);
  expect(await app.get(OutboxStore).depth(0)).toEqual([]);
  expect(await database.health()).toMatchObject({ answers: true, error: null, waiting: 0 });
  await app.close();
  expect((await database.health()).answers).toBe(false);
});

it('fails to start where the database cannot be reached', async () => {
  const module = PostgresModule.forRoot({ url: 'postgresql://x:x@127.0.0.1:9/x' });
  const start = NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  await expect(start).rejects.toMatchObject({ name: 'StoreError', retriable: true });
});
