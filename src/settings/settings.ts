// All settings of the service, from the environment and offcurve.yml, checked as one.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Budget, alarmsPerDay } from './budget.js';
import type { Config } from './config-schema.js';
import { parseConfig } from './config-file.js';
import { KAFKA_VARIABLES, type KafkaSettings, readKafkaSettings } from './kafka-settings.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { type AccessToken, parseTokens } from './tokens.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Settings {
  host: string;
  port: number;
  /** Absent: our own Postgres in `dataDir`. */
  databaseUrl: string | null;
  /** Connections to it that are open at most. */
  databaseConnections: number;
  /** Absent: metrics come over HTTP only. */
  kafka: KafkaSettings | null;
  publicUrl: string;
  secret: string | null;
  tokens: AccessToken[];
  dataDir: string;
  /** HTTP requests of one sender, at most. */
  requestsPerSecond: number;
  retentionDays: number | null;
  logLevel: string;
  /** Statements that take longer are logged with their plan; null logs none. */
  slowQueriesMs: number | null;
  budget: Budget;
  config: Config;
  configFile: string | null;
}

const DEFAULT_BUDGET = { false_alarms: '1 per 30 run-days', fleet: '1 per day' };
const DEFAULT_CONNECTIONS = 8;
const DEFAULT_REQUESTS = 1_000;
const CONFIG_FILE = 'offcurve.yml';
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** An empty variable counts as absent, as container files leave them. */
const given = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? undefined : value), schema.optional());
const text = given(z.string());

/** As libpq takes them; the driver for Node does not. */
const SEVERAL_HOSTS = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?[^@/?]*,[^@/?]*(?:[/?]|$)/;

/** As the driver reads it: a host may be left out, and blanks need not be escaped. */
const isReadable = (url: string): boolean =>
  [url, url.replace('@/', '@host/')].some((one) => URL.canParse(one, 'postgres://base'));

const environmentSchema = z.object({
  HOST: text,
  PORT: given(z.coerce.number().int().min(0).max(65_535)),
  DATABASE_URL: text
    .refine((url) => url === undefined || /^postgres(ql)?:\/\//.test(url), 'not a postgresql:// address')
    .refine(
      (url) => url === undefined || !SEVERAL_HOSTS.test(url),
      'several hosts; one that leads to the primary is needed',
    )
    .refine(
      (url) => url === undefined || SEVERAL_HOSTS.test(url) || isReadable(url),
      'not an address that can be read: the port must be a number, and # / ? @ : in a password are written %23 %2F %3F %40 %3A',
    ),
  DATABASE_CONNECTIONS: given(z.coerce.number().int().min(2).max(500)),
  OFFCURVE_PUBLIC_URL: text.refine(
    (url) => url === undefined || (/^https?:\/\/[^?#]*$/.test(url) && URL.canParse(url)),
    'not an address such as https://offcurve.example.org',
  ),
  OFFCURVE_SECRET: text.refine((secret) => secret === undefined || secret.length >= 16, 'shorter than 16 characters'),
  OFFCURVE_TOKENS: text,
  OFFCURVE_DATA_DIR: text,
  OFFCURVE_CONFIG: text,
  OFFCURVE_REQUESTS_PER_SECOND: given(z.coerce.number().int().min(1).max(1_000_000)),
  OFFCURVE_RETENTION_DAYS: given(z.coerce.number().positive()),
  LOG_LEVEL: given(z.enum(LOG_LEVELS)),
  LOG_SLOW_QUERIES_MS: given(z.coerce.number().min(0)),
});

/** Every environment variable that the service reads. */
export const ENVIRONMENT_VARIABLES: readonly string[] = [...Object.keys(environmentSchema.shape), ...KAFKA_VARIABLES];

/** What the caller's own options put above the environment. */
export interface SettingsOverrides {
  host?: string;
  port?: number;
  dataDir?: string;
}

/**
 * Reads and checks all settings. Reads the configuration file, changes nothing.
 *
 * @throws SettingsError that names every problem
 */
export function readSettings(environment: Environment, overrides: SettingsOverrides = {}): Settings {
  const problems: SettingsProblem[] = [];
  const collect = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.problems);
      return null;
    }
  };
  const checked = environmentSchema.safeParse(environment);
  if (!checked.success)
    problems.push(
      ...checked.error.issues.map((issue) => ({
        where: String(issue.path[0]),
        reason: issue.message,
        fix: 'correct the variable, or leave it out for the default (docs/settings.md)',
      })),
    );
  const values = checked.success ? checked.data : ({} as z.infer<typeof environmentSchema>);
  const kafka = collect(() => readKafkaSettings(environment));
  const tokens = collect(() => parseTokens(values.OFFCURVE_TOKENS)) ?? [];
  const file = configFile(values.OFFCURVE_CONFIG, problems);
  const config = (file && collect(() => parseConfig(readFileSync(file, 'utf8'), file, environment))) || {};
  const host = overrides.host ?? values.HOST ?? '127.0.0.1';
  const port = overrides.port ?? values.PORT ?? 8080;
  if (tokens.length === 0 && !isLoopback(host))
    problems.push({
      where: 'HOST',
      reason: `${host} is open to others and no tokens are set`,
      fix: 'set OFFCURVE_TOKENS=NAME:ingest+read+operate:LONG-RANDOM-TEXT, or keep to 127.0.0.1',
    });
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    host,
    port,
    databaseUrl: values.DATABASE_URL ?? null,
    databaseConnections: values.DATABASE_CONNECTIONS ?? DEFAULT_CONNECTIONS,
    kafka,
    publicUrl: (values.OFFCURVE_PUBLIC_URL ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`).replace(
      /\/$/,
      '',
    ),
    secret: values.OFFCURVE_SECRET ?? null,
    tokens,
    dataDir: resolve(overrides.dataDir ?? values.OFFCURVE_DATA_DIR ?? '.offcurve'),
    requestsPerSecond: values.OFFCURVE_REQUESTS_PER_SECOND ?? DEFAULT_REQUESTS,
    retentionDays: values.OFFCURVE_RETENTION_DAYS ?? null,
    logLevel: values.LOG_LEVEL ?? 'info',
    slowQueriesMs: values.LOG_SLOW_QUERIES_MS ?? null,
    budget: budgetOf(config),
    config,
    configFile: file,
  };
}

function configFile(named: string | undefined, problems: SettingsProblem[]): string | null {
  if (named === undefined) return existsSync(CONFIG_FILE) ? CONFIG_FILE : null;
  if (statSync(named, { throwIfNoEntry: false })?.isDirectory() === false) return named;
  const reason = existsSync(named) ? `${named} is a folder` : `there is no file ${named}`;
  problems.push({ where: 'OFFCURVE_CONFIG', reason, fix: 'correct the path' });
  return null;
}

function budgetOf(config: Config): Budget {
  const { false_alarms, fleet } = { ...DEFAULT_BUDGET, ...config.budget };
  return { perRunDay: alarmsPerDay(false_alarms)!, fleetPerDay: alarmsPerDay(fleet) };
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
