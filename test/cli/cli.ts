// Runs the built command line as a user does: a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');
export const sweepRuns = join(root, 'examples/sweep/runs');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The environment without what the caller's own shell may say about a service. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(KAFKA_|OFFCURVE_|DATABASE_URL$|HOST$|PORT$|LOG_LEVEL$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** An old build would test what is no longer there. */
function mustBeBuilt(): void {
  const source = join(root, 'src');
  const newest = (readdirSync(source, { recursive: true, encoding: 'utf8' }) as string[])
    .filter((name) => name.endsWith('.ts') && !name.endsWith('spec.ts') && !name.includes('prisma-client'))
    .reduce((time, name) => Math.max(time, statSync(join(source, name)).mtimeMs), 0);
  const built = statSync(join(root, 'dist/cli/main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built < newest) throw new Error('dist/ is missing or older than src/: run `npm run build:service`');
}

export interface Running {
  child: ChildProcess;
  /** What it has said so far. */
  said: { stdout: string; stderr: string };
  ended: Promise<Ended>;
}

export interface CliOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** `pipe` to write to its standard input; by default it has none. */
  stdin?: 'ignore' | 'pipe';
}

export function startCli(
  args: readonly string[],
  { env = {}, cwd = root, stdin = 'ignore' }: CliOptions = {},
): Running {
  mustBeBuilt();
  const child = spawn(process.execPath, [join(root, 'bin/offcurve.js'), ...args], {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout!.on('data', (part: Buffer) => (said.stdout += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (said.stderr += part.toString()));
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, ...said }));
  });
  return { child, said, ended };
}

export const cli = (args: readonly string[], options?: CliOptions): Promise<Ended> => startCli(args, options).ended;
