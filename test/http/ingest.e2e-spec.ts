// Sending over HTTP: bodies of every kind, what is refused and why, numbers to the last bit.
import { gzipSync } from 'node:zlib';
import { type TestService, testService } from './test-service.js';

let service: TestService;
beforeAll(async () => {
  service = await testService();
});
afterAll(() => service?.stop());

const record = (run: string, step: number, loss: unknown = 2.5) => ({ run, step, metrics: { loss } });
const NDJSON = { 'content-type': 'application/x-ndjson' };
const points = async (run: string) =>
  (await service.call('GET', `/v1/runs/${run}/points?metric=loss`)).text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

it.each<[kind: string, body: (run: string) => unknown, headers: Record<string, string>, steps: number[]]>([
  ['one object', (run) => record(run, 1), {}, [1]],
  ['an array', (run) => [record(run, 1), record(run, 2)], {}, [1, 2]],
  ['lines', (run) => `${JSON.stringify(record(run, 1))}\n\n${JSON.stringify(record(run, 2))}`, NDJSON, [1, 2]],
  [
    'lines told by no content type',
    (run) => `${JSON.stringify(record(run, 1))}\n${JSON.stringify(record(run, 2))}\n`,
    {},
    [1, 2],
  ],
  ['gzip', (run) => gzipSync(JSON.stringify([record(run, 7)])), { 'content-encoding': 'gzip' }, [7]],
  [
    'gzipped lines',
    (run) => gzipSync(`${JSON.stringify(record(run, 3))}\n`),
    { ...NDJSON, 'content-encoding': 'gzip' },
    [3],
  ],
])('takes %s', async (kind, body, headers, steps) => {
  const run = `kind-${kind.replaceAll(' ', '-')}`;
  const answer = await service.call('POST', '/v1/metrics', body(run), headers);
  expect(answer).toMatchObject({ status: 202, json: { accepted: steps.length, rejected: [], ignored: [] } });
  expect((await points(run)).map(({ step }) => step)).toEqual(steps);
});

it('keeps the good part of an array and says of the rest which, where, why and what to do', async () => {
  const body = [
    record('part', 1),
    record('part', -1),
    { run: 'part', step: 2 },
    'text',
    { ...record('part', 3), epoch: 1 },
  ];
  const { status, json } = await service.call('POST', '/v1/metrics', body);
  expect(status).toBe(202);
  expect(json.accepted).toBe(2);
  expect(json.rejected).toEqual([
    { index: 1, field: 'step', reason: 'step is -1', fix: expect.any(String) },
    { index: 2, field: 'metrics', reason: 'metrics is missing', fix: expect.any(String) },
    { index: 3, field: '', reason: expect.stringContaining('a record is an object'), fix: expect.any(String) },
  ]);
  expect(json.ignored).toEqual(['epoch']);
  expect((await points('part')).map(({ step }) => step)).toEqual([1, 3]);
});

it('names a bad line by its place among the lines, and takes the others', async () => {
  const body = `${JSON.stringify(record('lines', 1))}\n\n{broken\n${JSON.stringify(record('lines', 2))}\n`;
  const { json } = await service.call('POST', '/v1/metrics', body, NDJSON);
  expect(json).toMatchObject({ accepted: 2, rejected: [{ index: 1, field: '' }] });
});

it("takes Python's bare NaN and Infinity, and gives every number back to the last bit", async () => {
  const sent = [
    'NaN',
    'Infinity',
    '-Infinity',
    '5e-324',
    '1.7976931348623157e308',
    '0.1',
    '-0.0',
    '2.9130000000000003',
    '0',
  ];
  const body = `[${sent.map((value, step) => `{"run":"bits","step":${step},"metrics":{"loss":${value}}}`).join(',')}]`;
  expect((await service.call('POST', '/v1/metrics', body)).json.accepted).toBe(sent.length);
  const got = await points('bits');
  const words = { nan: NaN, inf: Infinity, '-inf': -Infinity };
  const values = got.map(({ value, nonfinite }) => (nonfinite ? words[nonfinite as 'nan'] : value));
  expect(values.length).toBe(sent.length);
  sent.forEach((text, step) => expect(Object.is(values[step], Number(text))).toBe(true));
  const series = (await service.call('GET', '/v1/runs/bits/series?metric=loss&points=1')).json.items;
  expect(series).toMatchObject([
    { count: 9, nonfinite: 3, min: expect.closeTo(0), max: 1.7976931348623157e308, step_from: 0, step_to: 8 },
  ]);
});

it('takes announcements on /v1/runs, and joins them with the records', async () => {
  await service.call('POST', '/v1/metrics', record('told', 1));
  const said = {
    run: 'told',
    name: 'Told',
    project: 'p',
    tags: ['x'],
    planned_steps: 100,
    status: 'finished',
    colour: 1,
  };
  const answer = await service.call('POST', '/v1/runs', [said, { run: 'told', params: 'many' }]);
  expect(answer.json).toMatchObject({ accepted: 1, rejected: [{ index: 1, field: 'params' }], ignored: ['colour'] });
  const against = { run: 'told', planned_tokens: 1e9, planned_steps: 10, tokens_per_step: 1e6 };
  const inside = { run: 'told', schedule: { kind: 'cosine', peak: 1e-4, min: 1e-3, max_lr: 1 } };
  expect((await service.call('POST', '/v1/runs', [inside, against])).json).toMatchObject({
    accepted: 0,
    rejected: [
      { index: 0, field: 'schedule.min', reason: 'min (0.001) is above peak (0.0001)', fix: expect.any(String) },
      { index: 1, field: 'planned_tokens', fix: expect.any(String) },
    ],
  });
  const run = (await service.call('GET', '/v1/runs/told')).json;
  expect(run).toMatchObject({ id: 'told', name: 'Told', status: 'finished', project: 'p', tags: ['x'], records: 1 });
  expect(run.metadata.planned_steps).toBe(100);
});

it.each<[what: string, body: unknown, headers: Record<string, string>, status: number, says: RegExp]>([
  ['nothing', undefined, {}, 400, /empty/],
  ['text that is no JSON', 'hello', {}, 400, /not JSON/],
  ['bytes that are no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), {}, 400, /UTF-8/],
  ['gzip that is none', 'plain', { 'content-encoding': 'gzip' }, 400, /unpacked as gzip/],
  ['an unknown encoding', '{}', { 'content-encoding': 'zip' }, 415, /encoding/],
  ['more than the limit', ' '.repeat(17 * 1024 * 1024), {}, 413, /16777216 bytes/],
  [
    'a small body that unpacks to more than the limit',
    gzipSync(' '.repeat(17 * 1024 * 1024)),
    { 'content-encoding': 'gzip' },
    413,
    /16777216 bytes/,
  ],
])('answers a problem to %s', async (_what, body, headers, status, says) => {
  const answer = await service.call('POST', '/v1/metrics', body, headers);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer).toMatchObject({ status, json: { status, type: 'about:blank', title: expect.any(String) } });
  expect(answer.json.detail).toMatch(says);
});

it('takes many senders at once, each of whom hears only when its records are in', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_, sender) => {
      const run = `many-${sender % 4}`;
      const step = Math.floor(sender / 4);
      await service.call('POST', '/v1/metrics', { ...record(run, step), attempt: 1 });
      return (await points(run)).some((point) => point.step === step);
    }),
  );
  expect(answers).toEqual(Array(40).fill(true));
});
