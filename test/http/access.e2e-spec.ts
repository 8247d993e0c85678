// Tokens on every route: none, an unknown one, one that lacks the scope, the right one.
import { requiredScope } from '../../src/inbound/http/access/required-scope.js';
import { type TestService, testService } from './test-service.js';

const TOKENS = {
  ingest: 'ingest-0123456789abcdef',
  read: 'read-0123456789abcdef',
  operate: 'operate-0123456789abcdef',
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let service: TestService;
const lines: string[] = [];
beforeAll(async () => {
  const list = Object.entries(TOKENS).map(([scope, token]) => `${scope}-only:${scope}:${token}`);
  service = await testService({ OFFCURVE_TOKENS: list.join(',') }, lines);
});
afterAll(() => service?.stop());

/** All routes as the OpenAPI document has them, and those that it leaves out. */
async function routes(): Promise<{ method: string; path: string }[]> {
  const { json } = await service.call('GET', '/api-json', undefined, bearer(TOKENS.read));
  const known = Object.entries<Record<string, unknown>>(json.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replace(/\{\w+\}/g, 'none') })),
  );
  return [...known, ...['/api', '/api-json', '/api-yaml'].map((path) => ({ method: 'GET', path }))];
}

it('asks for a token with the right scope on every route but health', async () => {
  const guarded = (await routes()).filter(({ path }) => !path.startsWith('/health/'));
  expect(guarded.length).toBeGreaterThan(20);
  for (const { method, path } of guarded) {
    // Strangers who come too often are told to wait, and do.
    const status = async (token?: string): Promise<number> => {
      const answer = await service.call(method, path, undefined, token === undefined ? {} : bearer(token));
      if (answer.status !== 429) return answer.status;
      await new Promise((done) => setTimeout(done, 1000 * Number(answer.headers.get('retry-after'))));
      return status(token);
    };
    const scope = requiredScope(method, path) as keyof typeof TOKENS;
    const others = Object.entries(TOKENS).filter(([name]) => name !== scope);
    const seen = [await status(), await status('unknown-0123456789abcdef')];
    for (const [, token] of others) seen.push(await status(token));
    expect([method, path, ...seen]).toEqual([method, path, 401, 401, 403, 403]);
    expect([401, 403]).not.toContain(await status(TOKENS[scope]));
  }
});

it('says what is missing, as problem details', async () => {
  const none = await service.call('GET', '/v1/runs');
  expect(none.headers.get('www-authenticate')).toBe('Bearer');
  expect(none.headers.get('content-type')).toContain('application/problem+json');
  expect(none.json).toMatchObject({ status: 401, detail: expect.stringContaining('OFFCURVE_TOKENS') });
  const wrong = await service.call('DELETE', '/v1/runs/a', undefined, bearer(TOKENS.read));
  expect(wrong.json.detail).toBe('the token "read-only" lacks the scope operate that DELETE /v1/runs/a needs');
});

it.each(['/health/live', '/health/ready'])('answers %s without a token', async (path) => {
  expect((await service.call('GET', path)).status).toBe(200);
});

it.each(['/V1/runs', '//v1/runs', '/%76%31/runs', '/v1/runs/', '/v1/./runs', '/health/..%2fv1/runs'])(
  'gives no data to %s without a token',
  async (path) => expect((await service.call('GET', path)).text).not.toContain('"items"'),
);

it('refuses what a page of another site sends, whatever token it has', async () => {
  const headers = { ...bearer(TOKENS.read), origin: 'https://evil.example' };
  expect((await service.call('GET', '/v1/runs', undefined, headers)).status).toBe(403);
});

it('writes no token into its log', async () => {
  await service.call('POST', '/v1/metrics', { run: 'a', step: 1, metrics: { loss: 1 } }, bearer(TOKENS.ingest));
  const log = lines.join('');
  expect(log).toContain('batch committed');
  for (const token of Object.values(TOKENS)) expect(log).not.toContain(token);
});
