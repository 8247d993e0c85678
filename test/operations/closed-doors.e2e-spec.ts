// What others send is data and never a command, a log line or a query; what is secret is written nowhere.
import { mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestService, eventually, testService } from '../http/test-service.js';
import { emptyDatabase } from '../postgres/test-database.js';

const TOKEN = 'token-0123456789abcdef0123456789';
const SECRETS = {
  OFFCURVE_TOKENS: `me:ingest+read+operate:${TOKEN}`,
  OFFCURVE_SECRET: 'signing-secret-0123456789abcdef',
  HOOK_SECRET: 'hook-secret-0123456789abcdef',
  SLACK_TOKEN: 'xoxb-0123456789-slack-secret',
  SLACK_SIGNING: 'slack-signing-0123456789abcdef',
};
const bearer = { authorization: `Bearer ${TOKEN}` };
const HOSTILE = [
  `'; drop table runs; --`,
  `" or 1=1 --`,
  `%' or '1'='1`,
  `a\n{"level":60,"msg":"forged"}`,
  `a\r\n2026-01-01 forged`,
  `\u001b[31mred\u001b[0m`,
  '$1 \\ %s ${process.env.OFFCURVE_SECRET}',
  '{{constructor.constructor("return 1")()}}',
];

let folder: string;
let service: TestService;
let databasePassword: string;
const lines: string[] = [];
const answers: string[] = [];
const call: TestService['call'] = async (method, path, body, headers) => {
  const answer = await service.call(method, path, body, { ...bearer, ...headers });
  answers.push(answer.text);
  return answer;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offcurve-doors-'));
  const config = join(folder, 'offcurve.yml');
  writeFileSync(
    config,
    [
      'channels:',
      // Nobody listens there: what is sent fails, and the failure is logged.
      '  hook: { webhook: { url: "http://127.0.0.1:9/hook", secret: "${HOOK_SECRET}", allow_private: true } }',
      '  chat: { slack: { token: "${SLACK_TOKEN}", channel: "#x", signing_secret: "${SLACK_SIGNING}", api_url: "http://127.0.0.1:9/api/", allow_private: true } }',
      'routes: [{ channels: [hook, chat] }]',
    ].join('\n'),
  );
  const DATABASE_URL = await emptyDatabase();
  databasePassword = decodeURIComponent(new URL(DATABASE_URL).password);
  service = await testService({ ...SECRETS, DATABASE_URL, OFFCURVE_CONFIG: config }, lines);
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('keeps hostile names as they are, in runs, metrics, tags and searches', async () => {
  for (const [at, name] of HOSTILE.entries()) {
    const run = `${name}${at}`;
    const sent = await call('POST', '/v1/metrics', { run, step: 1, metrics: { [name]: 2, loss: 1 } });
    await call('POST', '/v1/runs', { run, project: name, family: name, tags: [name] });
    const found = await call('GET', `/v1/runs/${encodeURIComponent(run)}`);
    // Names with control characters are refused with their reason; all others come back to the letter.
    if (sent.json.rejected.length > 0) {
      expect(sent.json.rejected[0]).toMatchObject({
        field: 'run',
        reason: expect.any(String),
        fix: expect.any(String),
      });
      expect(found.status).toBe(404);
      continue;
    }
    expect(found.json).toMatchObject({ id: run, metadata: { project: name, tags: [name] } });
    expect(found.json.metrics).toEqual(expect.arrayContaining([name, 'loss']));
    const listed = await call('GET', `/v1/runs?project=${encodeURIComponent(name)}`);
    expect(listed.json.items.map(({ id }: { id: string }) => id)).toEqual([run]);
    for (const field of ['text', 'tag', 'family', 'after'])
      expect((await call('GET', `/v1/runs?${field}=${encodeURIComponent(name)}`)).status).toBeLessThan(500);
    const series = await call('GET', `/v1/runs/${encodeURIComponent(run)}/series?metric=${encodeURIComponent(name)}`);
    expect(series.status).toBe(200);
  }
  expect((await call('GET', '/v1/runs')).json.items.length).toBeGreaterThanOrEqual(5);
});

it('writes one JSON object a log line, none of them forged, and no escape that a terminal obeys', async () => {
  await call('POST', '/v1/metrics', '{"run": "x\n{\\"level\\":60}', { 'content-type': 'application/json' });
  await call('GET', `/v1/runs/${encodeURIComponent(HOSTILE[3]!)}`);
  for (const line of lines) {
    expect(line.trimEnd()).not.toContain('\n');
    expect(line).not.toContain('\u001b');
    expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' });
  }
});

it('writes no secret into its log, its answers or its metrics, not even when what it is for fails', async () => {
  const nan = (step: number) => ({ run: 'broken', step, metrics: { loss: null }, nonfinite: { loss: 'nan' } });
  await call('POST', '/v1/metrics', [nan(1), nan(2), nan(3)]);
  const id = await eventually(async () => {
    const { json } = await call('GET', '/v1/deviations?run=broken');
    return (json.items[0]?.id as string | undefined) ?? null;
  });
  const sent = await eventually(async () => {
    const { items } = (await call('GET', `/v1/deviations/${encodeURIComponent(id)}/notifications`)).json;
    return items.every(({ last_error }: { last_error: string | null }) => last_error !== null) ? items : null;
  }, 30_000);
  expect(sent.map(({ channel }: { channel: string }) => channel).sort()).toEqual(['chat', 'hook']);
  await service.call('GET', '/v1/runs', undefined, { authorization: 'Bearer wrong-0123456789abcdef' });
  for (const path of ['/metrics', '/health/ready', '/v1/deviations', '/v1/storage', '/api-json', '/v1/runs/broken'])
    await call('GET', path);
  for (const part of ['', '/story']) await call('GET', `/v1/deviations/${encodeURIComponent(id)}${part}`);
  const written = [...lines, ...answers].join('\n');
  expect(written).toContain('broken');
  const secrets = [TOKEN, ...Object.values(SECRETS).slice(1), databasePassword].filter((secret) => secret.length > 3);
  for (const secret of secrets) expect(written).not.toContain(secret);
});

it('bounds what it takes: body, batch, names, numbers of metrics', async () => {
  const big = await call('POST', '/v1/metrics', `[${'1,'.repeat(9 * 1024 * 1024)}1]`);
  expect(big.status).toBe(413);
  const long = await call('POST', '/v1/metrics', { run: 'x'.repeat(257), step: 1, metrics: { loss: 1 } });
  expect(long.json.rejected[0]).toMatchObject({ field: 'run' });
  const many = Object.fromEntries(Array.from({ length: 513 }, (_, n) => [`m${n}`, n]));
  const wide = await call('POST', '/v1/metrics', { run: 'wide', step: 1, metrics: many });
  expect(wide.json.rejected[0]).toMatchObject({ field: expect.stringContaining('metrics') });
  expect((await call('PATCH', '/v1/runs/broken', { name: 'x'.repeat(2 * 1024 * 1024) })).status).toBe(413);
  expect((await call('GET', '/v1/runs?limit=1000000')).status).toBe(400);
});

it('bounds how fast one sender asks: 429 with the time to wait, others unharmed, and tokens cannot be guessed in bulk', async () => {
  const tokens = `fast:read:fast-${TOKEN},calm:read:calm-${TOKEN}`;
  const limited = await testService({ OFFCURVE_TOKENS: tokens, OFFCURVE_REQUESTS_PER_SECOND: '5' });
  const ask = (token: string, path = '/v1/runs') =>
    limited.call('GET', path, undefined, { authorization: `Bearer ${token}` });
  const all = (token: string, tries: number) => Promise.all(Array.from({ length: tries }, () => ask(token)));
  try {
    const answers = await all(`fast-${TOKEN}`, 60);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(20);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused[0]!.json.detail).toContain('try again after');
    expect((await ask(`calm-${TOKEN}`)).status).toBe(200);
    expect(
      (await Promise.all(Array.from({ length: 30 }, () => ask('', '/health/live')))).map((one) => one.status),
    ).toEqual(Array.from({ length: 30 }, () => 200));
    const guesses = (await all('guess', 400)).map(({ status }) => status);
    expect(new Set(guesses)).toEqual(new Set([401, 429]));
    expect((await ask(`calm-${TOKEN}`)).status).toBe(200);
  } finally {
    await limited.stop();
  }
});

it('tells browsers to load nothing from elsewhere and to show it in no frame', async () => {
  const { headers } = await service.call('GET', '/');
  const policy = headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("object-src 'none'");
  expect(policy).not.toContain("script-src 'unsafe-inline'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
});
