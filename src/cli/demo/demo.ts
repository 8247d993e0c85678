// The demo as a story: start everything, play, say what was found, wait for Ctrl-C, stop everything.
import { resolve } from 'node:path';
import { Progress } from '../progress.js';
import { stopSignal } from '../stop-signal.js';
import { DeviationFeed } from './deviation-feed.js';
import { dropDemoData } from './drop-demo-data.js';
import { showLive } from './show-live.js';
import { showRecorded } from './show-recorded.js';
import type { Show } from './show.js';
import { openStage } from './stage.js';

export interface DemoOptions {
  live?: boolean;
  fault: string;
  speed: number;
  fresh?: boolean;
  http?: boolean;
  port: number;
  dataDir: string;
}

export async function demo(options: DemoOptions): Promise<void> {
  const signal = stopSignal();
  const asked = new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const dataDir = resolve(options.dataDir);
  if (options.fresh) await dropDemoData(dataDir);
  const stage = await openStage({ dataDir, port: options.port, kafka: !options.http, say, signal });
  try {
    if (signal.aborted) return;
    say(`\nThe page: ${stage.url}\n`);
    const progress = new Progress(options.live ? 'training' : 'playing', process.stdout);
    const feed = new DeviationFeed(stage.url, (line) => progress.say(line));
    const show: Show = { stage, feed, progress, signal };
    try {
      await (options.live ? showLive(options.fault, show) : showRecorded(options.speed, show));
      if (!signal.aborted) say(`\nThe page stays at ${stage.url} until Ctrl-C. Alerts: ${stage.alertsFile}`);
      await asked;
    } finally {
      await feed.close();
    }
  } finally {
    say('\nStopping');
    await stage.close();
  }
  process.exit(0);
}
