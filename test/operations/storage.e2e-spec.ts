// What an operator asks of the database: how big it is and will be, and which statements take long.
import { type TestService, eventually, testService } from '../http/test-service.js';

let service: TestService;
const lines: string[] = [];
beforeAll(async () => {
  service = await testService({ OFFCURVE_RETENTION_DAYS: '90', LOG_SLOW_QUERIES_MS: '0' }, lines);
  const records = Array.from({ length: 2_000 }, (_, step) => ({ run: 'a', step, metrics: { loss: 2 + step / 7 } }));
  expect((await service.call('POST', '/v1/metrics', records)).status).toBe(202);
});
afterAll(() => service?.stop());

it('says what is stored, what a day adds and what that comes to', async () => {
  const { status, json } = await service.call('GET', '/v1/storage');
  expect(status).toBe(200);
  expect(json).toMatchObject({ runs: 1, records: 2_000, records_last_week: 2_000, retention_days: 90 });
  expect(json.database_bytes).toBeGreaterThan(json.point_bytes + json.bucket_bytes);
  expect(json.forecast.records_per_day).toBeCloseTo(2_000 / 7);
  expect(json.forecast.in_30_days).toBeGreaterThan(json.database_bytes);
  expect(json.forecast.in_a_year).toBeGreaterThan(json.forecast.in_30_days);
  const metrics = (await service.call('GET', '/metrics')).text;
  expect(Number(/^offcurve_database_bytes (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(1e6);
});

it('logs slow statements with their plan, without their values', async () => {
  await service.call('PATCH', '/v1/runs/a', { name: 'a secret name' });
  const slow = await eventually(async () => {
    const found = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a statement took long');
    return found.some(({ sql }) => sql.includes('UPDATE "public"."runs"')) ? found : null;
  });
  const update = slow.find(({ sql }) => sql.includes('UPDATE "public"."runs"'));
  expect(update).toMatchObject({ milliseconds: expect.any(Number), plan: expect.stringContaining('Update on runs') });
  expect(JSON.stringify(slow.map(({ sql }) => sql))).not.toContain('a secret name');
});
