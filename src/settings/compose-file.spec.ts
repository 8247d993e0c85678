// docker-compose.yml agrees with the service's settings and with itself: it cannot be run here, so what can be read is checked.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ENVIRONMENT_VARIABLES, readSettings } from './settings.js';

interface Service {
  environment?: Record<string, string | number>;
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, unknown>;
}

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services, volumes } = parse(text) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const asked = [...new Set([...text.matchAll(/\$\{(\w+)/g)].map((match) => match[1]!))].sort();
const values: Record<string, string> = { OFFCURVE_TOKENS: 'me:ingest+read+operate:0123456789abcdef0123456789abcdef' };

/** A service's environment as compose would fill it in. */
function environmentOf(name: string): Record<string, string> {
  const filled = (value: string | number) => String(value).replace(/\$\{(\w+)[^}]*\}/g, (_, key) => values[key] ?? 'x');
  return Object.fromEntries(Object.entries(services[name]!.environment!).map(([key, value]) => [key, filled(value)]));
}

it('gives offcurve only variables that it reads, with values that it takes', () => {
  const environment = environmentOf('offcurve');
  expect(Object.keys(environment).filter((name) => !ENVIRONMENT_VARIABLES.includes(name))).toEqual([]);
  expect(readSettings(environment)).toMatchObject({ host: '0.0.0.0', tokens: [{ name: 'me' }] });
});

it('leads offcurve to the Kafka and the Postgres of the same file, and opens the port that it listens on', () => {
  const { kafka, databaseUrl, port } = readSettings(environmentOf('offcurve'));
  expect(environmentOf('kafka').KAFKA_ADVERTISED_LISTENERS).toBe(`PLAINTEXT://${kafka!.brokers[0]}`);
  const { hostname, username, password, pathname } = new URL(databaseUrl!);
  const postgres = environmentOf('postgres');
  expect(hostname).toBe('postgres');
  expect([username, password, pathname]).toEqual([
    postgres.POSTGRES_USER,
    postgres.POSTGRES_PASSWORD,
    `/${postgres.POSTGRES_DB}`,
  ]);
  expect(services.offcurve!.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  expect(Object.keys(services.offcurve!.depends_on!).sort()).toEqual(['kafka', 'postgres']);
});

it('mounts only what is in the repository or a volume of its own; Kafka keeps its log in one', () => {
  const mounts = Object.values(services).flatMap((service) => service.volumes ?? []);
  const sources = mounts.map((mount) => mount.split(':')[0]!);
  const missing = sources.filter((source) =>
    source.startsWith('.') ? !existsSync(join(root, source)) : !(source in volumes),
  );
  expect(missing).toEqual([]);
  expect(services.kafka!.volumes).toEqual([`kafka:${environmentOf('kafka').KAFKA_LOG_DIRS}`]);
});

it('gives Grafana each variable that its provisioning reads', () => {
  const provisioning = join(root, 'dashboards/provisioning');
  const files = (readdirSync(provisioning, { recursive: true, encoding: 'utf8' }) as string[])
    .filter((name) => name.endsWith('.yml'))
    .map((name) => readFileSync(join(provisioning, name), 'utf8'));
  const read = files.flatMap((file) => [...file.matchAll(/\$\{?([A-Z]\w+)/g)].map((match) => match[1]!));
  expect(read).not.toEqual([]);
  expect(Object.keys(environmentOf('grafana'))).toEqual(expect.arrayContaining(read));
});

it('and docs/containers.md name each variable that has to be set', () => {
  const [head] = text.split('\n');
  const page = readFileSync(join(root, 'docs/containers.md'), 'utf8');
  for (const name of asked) {
    expect(head).toContain(name);
    expect(page).toContain(`${name}=`);
  }
});
