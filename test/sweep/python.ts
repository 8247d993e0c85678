// Runs the sweep's Python in its own environment, made on first use in .cache/.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const sweepDir = resolve(__dirname, '../../examples/sweep');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

let environment: Promise<string> | undefined;

/** Path of the environment's python; the first call may take a minute or two. */
export function python(): Promise<string> {
  environment ??= new Promise<string>((done, fail) => {
    execFile(join(sweepDir, 'setup.sh'), (error, stdout, stderr) => {
      if (error) fail(new Error(`setup.sh: ${stderr || error.message}`));
      else done(stdout.trim());
    });
  });
  return environment;
}

/** Makes the training text where it is missing: what is fetched is no news of the trainer's. */
export async function corpus(): Promise<void> {
  const { code, stderr } = await run('corpus.py', []);
  if (code !== 0) throw new Error(`corpus.py: ${stderr}`);
}

/** Starts a script of the sweep; `ended` resolves with all it wrote. */
export async function start(
  script: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; ended: Promise<Ended> }> {
  const child = spawn(await python(), [join(sweepDir, script), ...args], { env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => (said.stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said.stderr += part.toString()));
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, ...said }));
  });
  return { child, ended };
}

export async function run(script: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return (await start(script, args, env)).ended;
}
