// What offcurve tells Prometheus, judged by Prometheus's own promtool: the numbers, the alerts, and what the alerts fire on.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type TestService, testService } from '../http/test-service.js';

const root = join(__dirname, '../..');
const RULES = 'deploy/prometheus/offcurve.rules.yml';
const TESTS = 'deploy/prometheus/offcurve.rules.test.yml';

function promtool(args: string[], input?: string): { status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd: root, input, encoding: 'utf8' });
  if (error) throw new Error('promtool is missing; type: apt-get install -y --no-install-recommends prometheus');
  return { status, said: `${stdout}${stderr}` };
}

let service: TestService;
let metrics: string;
beforeAll(async () => {
  service = await testService();
  await service.call('POST', '/v1/metrics', { run: 'a', step: 1, metrics: { loss: 2 } });
  metrics = (await service.call('GET', '/metrics')).text;
});
afterAll(() => service?.stop());

it('/metrics passes promtool without a word', () => {
  expect(metrics).toContain('offcurve_records_total 1');
  expect(promtool(['check', 'metrics'], metrics)).toEqual({ status: 0, said: '' });
});

it('the alerts are well formed, and fire on what they should and on nothing else', () => {
  expect(promtool(['check', 'rules', '--lint-fatal', RULES])).toMatchObject({ status: 0 });
  expect(promtool(['test', 'rules', TESTS])).toMatchObject({ status: 0 });
});

it('the alerts ask for numbers that the service has, and docs/operations.md says what to look at for each', () => {
  const text = readFileSync(join(root, RULES), 'utf8');
  const asked = new Set([...text.matchAll(/\b(?:offcurve|nodejs)_\w+/g)].map(([name]) => name.replace(/_bucket$/, '')));
  for (const name of asked) expect(metrics).toContain(`# HELP ${name} `);
  const { groups } = parse(text) as { groups: { rules: { alert: string }[] }[] };
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const tests = readFileSync(join(root, TESTS), 'utf8');
  for (const { alert } of groups.flatMap(({ rules }) => rules)) {
    expect(page).toContain(`\`${alert}\``);
    expect(tests).toContain(`alertname: ${alert}\n`);
  }
});
