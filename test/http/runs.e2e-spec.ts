// Reading runs, renaming them, deleting them with all they have.
import pg from 'pg';
import { type TestService, testService } from './test-service.js';

let service: TestService;
beforeAll(async () => {
  service = await testService();
});
afterAll(() => service?.stop());

const call = (method: string, path: string, body?: unknown) => service.call(method, path, body);
const record = (run: string, step: number, loss: number | null = 2) => ({
  ...{ run, step, metrics: { loss } },
  ...(loss === null && { nonfinite: 'nan' }),
});

it('lists runs newest first, page after page, by what is asked for', async () => {
  for (const run of ['l-1', 'l-2', 'l-3', 'l-4'])
    await call('POST', '/v1/runs', { run, project: 'list', family: run < 'l-3' ? 'old' : 'new', tags: [run] });
  const ids = async (query: string) =>
    (await call('GET', `/v1/runs?project=list&${query}`)).json.items.map(({ id }: { id: string }) => id);
  expect(await ids('')).toEqual(['l-4', 'l-3', 'l-2', 'l-1']);
  expect(await ids('family=old')).toEqual(['l-2', 'l-1']);
  expect(await ids('tag=l-3')).toEqual(['l-3']);
  expect(await ids('text=-4')).toEqual(['l-4']);
  expect(await ids('status=running')).toEqual([]);
  const first = (await call('GET', '/v1/runs?project=list&limit=3')).json;
  expect(await ids(`limit=3&after=${first.next}`)).toEqual(['l-1']);
});

it('renames and tags a run, which goes on under its new name', async () => {
  await call('POST', '/v1/metrics', record('renamed', 1));
  const patched = await call('PATCH', '/v1/runs/renamed', { name: 'New', tags: ['a', 'b'], project: 'p' });
  expect(patched).toMatchObject({ status: 200, json: { name: 'New', tags: ['a', 'b'], project: 'p' } });
  await call('POST', '/v1/metrics', record('renamed', 2));
  expect((await call('GET', '/v1/runs/renamed')).json).toMatchObject({ name: 'New', newest_step: 2, records: 2 });
  expect((await call('PATCH', '/v1/runs/renamed', { params: 3 })).status).toBe(400);
  expect((await call('PATCH', '/v1/runs/none', { name: 'x' })).status).toBe(404);
});

it('deletes a run with all it has, and takes one of the same name as a new one', async () => {
  const run = 'gone/and back';
  const path = `/v1/runs/${encodeURIComponent(run)}`;
  await call(
    'POST',
    '/v1/metrics',
    Array.from({ length: 1100 }, (_, step) => record(run, step)),
  );
  await call('POST', '/v1/metrics', [record(run, 1100, null), record(run, 1101, null)]);
  expect((await call('GET', path)).json).toMatchObject({ id: run, records: 1102, open_deviations: 1 });
  expect((await call('DELETE', path)).status).toBe(204);
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  const tables = ['points', 'segments', 'buckets', 'context_entries', 'band_knots', 'run_states'];
  for (const table of tables) {
    const { rows } = await client.query(
      `select count(*)::int as left from ${table} where run_ref not in (select ref from runs)`,
    );
    expect([table, rows[0].left]).toEqual([table, 0]);
  }
  const { rows } = await client.query('select count(*)::int as left from deviations where run = $1', [run]);
  expect(rows[0].left).toBe(0);
  await client.end();
  expect((await call('GET', path)).status).toBe(404);
  expect((await call('DELETE', path)).status).toBe(404);
  await call('POST', '/v1/metrics', record(run, 5));
  expect((await call('GET', path)).json).toMatchObject({ records: 1, attempt: 1, newest_step: 5, open_deviations: 0 });
});

it('loses no extreme in a series of few buckets, and streams every point', async () => {
  const loss = (step: number): number => (step === 3333 ? 77 : 2 + Math.sin(step) / 10);
  for (let from = 0; from < 6000; from += 2000)
    await call(
      'POST',
      '/v1/metrics',
      Array.from({ length: 2000 }, (_, i) => record('long', from + i, loss(from + i))),
    );
  const { items } = (await call('GET', '/v1/runs/long/series?metric=loss&points=20')).json;
  expect(items.length).toBeLessThanOrEqual(40);
  expect(Math.max(...items.map(({ max }: { max: number }) => max))).toBe(77);
  expect(items.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(6000);
  const part = (await call('GET', '/v1/runs/long/series?metric=loss&from=3330&to=3335')).json.items;
  expect(part.map(({ step_from }: { step_from: number }) => step_from)).toEqual([3330, 3331, 3332, 3333, 3334, 3335]);
  const lines = (await call('GET', '/v1/runs/long/points?metric=loss')).text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).value)).toEqual(Array.from({ length: 6000 }, (_, step) => loss(step)));
});

it.each(['', '/series?metric=loss', '/points?metric=loss', '/band?metric=loss', '/forecast', '/context'])(
  'answers 404 to /v1/runs/none%s',
  async (rest) => {
    const answer = await call('GET', `/v1/runs/none${rest}`);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer).toMatchObject({ status: 404, json: { detail: 'there is no run "none"' } });
  },
);

it('refuses a cursor that no page has given, a number that is none, and a parameter nobody knows', async () => {
  const refused = async (path: string) => {
    const { status, json } = await call('GET', path);
    expect(json.errors?.[0]).toEqual({
      field: expect.any(String),
      reason: expect.any(String),
      fix: expect.any(String),
    });
    return [path, status, json.errors[0].field];
  };
  const wrong = {
    after: ['runs?after=rubbish', 'deviations?after=rubbish', 'silences?after=rubbish', 'runs?after=9999999999'],
    'after ': ['deviations?after=12', 'deviations?after=1e999_dev_0', 'silences?after=5_dev_0', 'silences?after=%00'],
    limit: [
      'runs?limit=x',
      'runs?limit=',
      'runs?limit=5&limit=6',
      'families/f/laws?limit=0',
      'families/f/history?limit=x',
    ],
    from: ['runs/long/series?metric=loss&from=', 'runs/long/series?metric=loss&from=-1'],
    to: ['runs/long/series?metric=loss&from=5&to=3', 'runs/long/series?metric=loss&to=1e99'],
    metric: ['runs/long/series?metric=%00', 'runs/long/points?metric=', 'runs/long/band'],
    status: ['runs?status=open', 'deviations?status=running', 'silences?status=none'],
    days: ['audit?days=', 'audit?days=month'],
    text: ['runs?text=%00', 'runs?text=a&text=b'],
    level: ['families/f/picture?level=90'],
    run: ['deviations?run=%00'],
    x: ['runs/a', 'runs/a/forecast', 'runs/a/context', 'channels', 'storage', 'families', 'plans/gpus', 'silences/a']
      .concat(['deviations/a', 'deviations/a/story', 'deviations/a/notifications', 'deviations/a/chart.png'])
      .map((path) => `${path}?x=1`),
  };
  for (const [field, paths] of Object.entries(wrong))
    for (const path of paths) expect(await refused(`/v1/${path}`)).toEqual([`/v1/${path}`, 400, field.trim()]);
});

it('finds nothing under a name that nothing can have, and gives none', async () => {
  await call('POST', '/v1/metrics', record('named', 1));
  for (const path of ['runs', 'deviations', 'silences', 'families/f%00/laws'])
    expect((await call('GET', `/v1/${path}${path.includes('f') ? '' : '/a%00'}`)).status).toBe(404);
  for (const name of ['a\0', '\ud800', '.', '__proto__'])
    for (const body of [{ name }, { project: name }, { tags: ['good', name] }])
      expect(await call('PATCH', '/v1/runs/named', body)).toMatchObject({ status: 400, json: { errors: [{}] } });
  const silence = { match: { run: 'nobody' }, ends_at: new Date(Date.now() + 60_000).toISOString() };
  expect((await call('POST', '/v1/silences', { ...silence, comment: '\ud800' })).status).toBe(400);
  expect((await call('POST', '/v1/silences', { ...silence, match: { run: 'a\0' } })).status).toBe(400);
  expect((await call('POST', '/v1/silences', { ...silence, comment: 'two\nlines' })).status).toBe(201);
});

it.each(['/series', '/series?metric=loss&points=0', '/series?metric=loss&from=x', '/points', '/band?metrics=loss'])(
  'names what is wrong with %s',
  async (rest) => {
    const { status, json } = await call('GET', `/v1/runs/long${rest}`);
    expect(status).toBe(400);
    expect(json.errors[0]).toMatchObject({ field: expect.any(String), reason: expect.any(String) });
  },
);

it('tells in /metrics what was taken in, and how the event loop and the outbox stand', async () => {
  const { text } = await call('GET', '/metrics');
  const value = (name: string) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
  expect(value('offcurve_records_total')).toBeGreaterThan(7000);
  expect(value('offcurve_batch_duration_seconds_count')).toBeGreaterThan(5);
  expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  expect(text).toContain('# TYPE offcurve_outbox_waiting_messages gauge');
});
