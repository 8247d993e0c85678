// Two instances on one database: a page that is connected to one hears what the other takes in.
import pg from 'pg';
import { type Socket, io } from 'socket.io-client';
import { type TestService, eventually, testService } from '../http/test-service.js';

let page: TestService;
let reader: TestService;
let watcher: pg.Client;
/** What instances said to each other through notifications. */
const said: string[] = [];
const open: Socket[] = [];
beforeAll(async () => {
  page = await testService();
  reader = await testService({ DATABASE_URL: page.databaseUrl });
  watcher = new pg.Client({ connectionString: page.databaseUrl });
  await watcher.connect();
  watcher.on('notification', ({ payload }) => said.push(payload ?? ''));
  await watcher.query('listen "socket.io#/live"');
});
afterEach(() => open.splice(0).forEach((socket) => socket.disconnect()));
afterAll(async () => {
  await watcher?.end();
  await reader?.stop();
  await page?.stop();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says itself what it expects
type News = any;

/** All that a page is told of the kind, from now on. */
async function watching(service: TestService, what: object, kind: string): Promise<News[]> {
  const socket = io(`${service.url}/live`, { transports: ['websocket'], forceNew: true });
  open.push(socket);
  const heard: News[] = [];
  socket.on(kind, (news) => heard.push(news));
  await new Promise<void>((done) => socket.once('connect', () => done()));
  expect(await socket.emitWithAck('watch', what)).toEqual({ ok: true });
  socket.on('connect', () => socket.emit('watch', what));
  return heard;
}

const send = (body: unknown) => reader.call('POST', '/v1/metrics', body);

/** That somebody watches is heard of after a moment: sends further steps until the page has heard one. */
async function untilHeard(run: string, heard: News[], from = 1): Promise<number> {
  let step = from;
  await eventually(async () => {
    await send({ run, step: step++, metrics: { loss: 2 } });
    return heard.some(({ points }) => points.length > 0);
  });
  return step;
}

it('points of a run, each once, and the fleet as summaries', async () => {
  const fleet = await watching(page, { all: true }, 'points');
  const heard = await watching(page, { run: 'far' }, 'points');
  const next = await untilHeard('far', heard);
  heard.length = fleet.length = 0;
  await send([next, next + 1].map((step) => ({ run: 'far', step, metrics: { loss: step } })));
  const steps = () =>
    heard.flatMap(({ points }) => points.map(({ step }: News) => step)).filter((step: number) => step >= next);
  await eventually(async () => steps().length >= 2);
  expect(steps()).toEqual([next, next + 1]);
  await eventually(async () => fleet.some(({ summary, points }) => summary && points[0]?.step === next + 1));
});

it('more than fits into a notification', async () => {
  const heard = await watching(page, { run: 'large' }, 'points');
  const next = await untilHeard('large', heard);
  heard.length = 0;
  const records = Array.from({ length: 300 }, (_, at) => ({
    run: 'large',
    step: next + at,
    metrics: { loss: at / 7 },
  }));
  await send(records);
  // One of those sent until the first was heard may come with them.
  const news = await eventually(async () => heard.find(({ points }) => points.length >= 300) ?? null);
  expect(JSON.stringify(news).length).toBeGreaterThan(8_000);
  expect(news.points.slice(-300).map(({ step }: News) => step)).toEqual(records.map(({ step }) => step));
});

it('a deviation, and what people do with it, once each', async () => {
  const heard = await watching(page, { run: 'broken' }, 'deviation');
  await untilHeard('broken', await watching(page, { run: 'broken' }, 'points'));
  const at = 1_000;
  await send([1, 2].map((more) => ({ run: 'broken', step: at + more, metrics: { loss: null }, nonfinite: 'nan' })));
  const opened = await eventually(async () => heard.find(({ change }) => change === 'opened') ?? null);
  expect(opened.deviation).toMatchObject({ run: 'broken', kind: 'non-finite', status: 'open' });
  await reader.call('POST', `/v1/deviations/${encodeURIComponent(opened.deviation.id)}/acknowledge`, {});
  await eventually(async () => heard.some(({ deviation }) => deviation.status === 'acknowledged'));
  expect(heard.filter(({ change }) => change === 'opened')).toHaveLength(1);
});

it('keeps to itself what no page elsewhere watches', async () => {
  const heard = await watching(reader, { run: 'near' }, 'points');
  await send({ run: 'near', step: 1, metrics: { loss: 1 } });
  await eventually(async () => heard.length > 0);
  // A run that is watched elsewhere, and read later, has passed meanwhile.
  await untilHeard('marker', await watching(page, { run: 'marker' }, 'points'));
  expect(said.filter((text) => text.includes('"news"') && text.includes('run:near'))).toEqual([]);
  expect(said.filter((text) => text.includes('"news"') && text.includes('run:marker')).length).toBeGreaterThan(0);
});

it('goes on after its connections to the database broke: the page connects anew, and hears again', async () => {
  const heard = await watching(page, { run: 'again' }, 'points');
  const next = await untilHeard('again', heard);
  const socket = open.at(-1)!;
  const reconnected = new Promise<void>((done) => socket.once('connect', () => done()));
  const { rowCount } = await watcher.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'offcurve live' and datname = current_database()`,
  );
  expect(rowCount).toBeGreaterThanOrEqual(2);
  await reconnected;
  heard.length = 0;
  await untilHeard('again', heard, next);
});
