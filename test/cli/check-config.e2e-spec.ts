// `offcurve check-config`: what the service would run with, or every mistake with its place and the nearest known key.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from './cli.js';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'offcurve-config-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const check = (yaml: string, env: Record<string, string> = {}, ...args: string[]) => {
  writeFileSync(join(dir, 'offcurve.yml'), yaml);
  return cli(['check-config', ...args], { cwd: dir, env });
};

const GOOD = `budget: { false_alarms: 2 per 10 run-days }
channels:
  archive: { webhook: { url: "https://hooks.example.org/offcurve", secret: "\${HOOK_SECRET}" } }
routes:
  - { kinds: [divergence], channels: [archive] }
`;
const SECRET = { HOOK_SECRET: 'a secret nobody may read' };

it('says what the service would run with, and shows no secret', async () => {
  const token = 'a-token-nobody-may-read';
  const { code, stdout, stderr } = await check(GOOD, { ...SECRET, OFFCURVE_TOKENS: `ops:read+operate:${token}` });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('127.0.0.1:8080');
  expect(stdout).toContain('archive');
  expect(stdout).not.toContain(token);
  expect(stdout).not.toContain(SECRET.HOOK_SECRET);
});

it('warns of a channel that nothing is ever sent to', async () => {
  const { code, stdout } = await check('channels: { room: { webhook: { url: "https://hooks.example.org/x" } } }');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^kafka {5}none$/m);
  expect(stdout).toMatch(/^warning {3}channels\.room: nothing is ever sent there; name it in a route/m);
});

it('gives the same as one JSON document', async () => {
  const { code, stdout } = await check(GOOD, { ...SECRET, KAFKA_BROKERS: 'one:9092,two:9092' }, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    kafka: ['one:9092', 'two:9092'],
    config: 'offcurve.yml',
    budget: { perRunDay: 0.2 },
    channels: ['archive'],
    routes: 1,
    warnings: [],
  });
});

it('names file, line, key and the nearest known key, and all mistakes at once', async () => {
  const yaml = GOOD.replace('budget: { false_alarms', 'budget: { false_alarm').replace('kinds:', 'kind:');
  const { code, stdout, stderr } = await check(yaml, { ...SECRET, PORT: 'eighty', KAFKA_BROKERS: 'one' });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('offcurve.yml, line 1, budget.false_alarm: unknown key "false_alarm"');
  expect(stderr).toContain('did you mean "false_alarms"?');
  expect(stderr).toContain('offcurve.yml, line 5, routes.0.kind: unknown key "kind"');
  expect(stderr).toContain('did you mean "kinds"?');
  expect(stderr).toContain('PORT: ');
  expect(stderr).toContain('KAFKA_BROKERS: "one" is not host:port');
});

it('keeps the service from starting at all, with the same words', async () => {
  const yaml = `${GOOD}  - { channels: [archive] }\n  - { kinds: [spike], channels: [archive] }\n`;
  writeFileSync(join(dir, 'offcurve.yml'), yaml);
  const { code, stdout, stderr } = await cli(['serve', '--port', '0'], { cwd: dir, env: SECRET });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('offcurve.yml, line 7, routes.2: it matches nothing');
  expect(existsSync(join(dir, '.offcurve'))).toBe(false);
});

it('where the database cannot be used the service says which setting and what to do, and ends', async () => {
  const { code, stderr } = await cli(['serve', '--port', '0'], {
    cwd: dir,
    env: { DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none', LOG_LEVEL: 'silent' },
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^offcurve: DATABASE_URL: .*ECONNREFUSED 127\.0\.0\.1:9\n {2}fix: .*correct host and port in DATABASE_URL/,
  );
  expect(stderr).not.toContain('    at ');
});

it('as JSON lists the problems with where, reason and fix, and ends with 2', async () => {
  const { code, stdout } = await check(GOOD, {}, '--json');
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    problems: [
      {
        where: 'offcurve.yml, line 3',
        reason: 'the environment has no HOOK_SECRET',
        fix: expect.stringContaining('set HOOK_SECRET'),
      },
    ],
  });
});

it('names a configuration file that is not there', async () => {
  const { code, stderr } = await check('', { OFFCURVE_CONFIG: 'elsewhere.yml' });
  expect(code).toBe(2);
  expect(stderr).toContain('OFFCURVE_CONFIG: there is no file elsewhere.yml');
});
