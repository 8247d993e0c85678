// Trains a small model right now, breaks it on purpose, and streams it, until the alert comes.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UserError } from '../user-error.js';
import type { Show } from './show.js';

const SWEEP = fileURLToPath(new URL('../../../examples/sweep/', import.meta.url));
const STEPS = 2_000;
/** Slow enough to be watched; the alert comes about half a minute after the training has begun. */
const STEP_SECONDS = 0.025;

export async function showLive(fault: string, { stage, feed, progress, signal }: Show): Promise<void> {
  if (!existsSync(join(SWEEP, 'train.py')))
    throw new UserError('the trainer is not part of the package', 'run the demo with --live from a clone');
  progress.say('Making the Python environment (about a minute the first time)');
  const python = await pythonOf(signal);
  if (signal.aborted) return;
  const run = `live-${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}`;
  const trainer = spawn(
    python,
    [
      join(SWEEP, 'train.py'),
      ...['--run', run, '--size', '35k', '--steps', `${STEPS}`, '--fault', fault],
      ...['--step-seconds', `${STEP_SECONDS}`, '--log-dir', join(stage.settings.dataDir, 'live')],
      ...(stage.kafka ? ['--kafka', stage.kafka] : ['--http', stage.url]),
    ],
    // A process group of its own: Ctrl-C reaches us, and we tell it.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const ended = new Promise<number | null>((done) => trainer.once('close', done));
  trainer.once('error', (error) => progress.say(`the trainer did not start: ${error.message}`));
  signal.addEventListener('abort', () => trainer.kill('SIGTERM'), { once: true });
  follow(trainer, run, progress);
  progress.say(`Training ${run}: ${STEPS} steps; from some step on something is wrong with it`);
  const found = await Promise.race([feed.firstOf(run, signal), ended.then(() => null)]);
  if (found) {
    progress.end(found.step, STEPS, `found at step ${found.step}, since step ${found.started_at_step}`);
    progress.say(`What was done to it: ${fault}. The training is stopped.`);
    trainer.kill('SIGTERM');
  }
  const code = await ended;
  if (!found && !signal.aborted)
    progress.say(code === 2 ? 'The trainer could not run, see above' : 'The training ended, and nothing was found');
}

/** The environment's python; made on first use. */
function pythonOf(signal: AbortSignal): Promise<string> {
  return new Promise((done, fail) => {
    execFile(join(SWEEP, 'setup.sh'), { signal }, (error, stdout, stderr) => {
      if (!error || signal.aborted) done(stdout.trim());
      else fail(new UserError(`the Python environment could not be made: ${stderr.trim() || error.message}`));
    });
  });
}

/** The trainer's own lines become the bar; what it complains of is passed on. */
function follow(trainer: ChildProcess, run: string, progress: Show['progress']): void {
  createInterface({ input: trainer.stdout! }).on('line', (line) => {
    const match = /step (\d+)\/(\d+) (loss .*)$/.exec(line);
    if (match) progress.show(Number(match[1]), Number(match[2]), `step ${match[1]}, ${match[3]}`);
  });
  createInterface({ input: trainer.stderr! }).on('line', (line) => progress.say(`${run}: ${line}`));
}
