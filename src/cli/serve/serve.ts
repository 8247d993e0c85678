// Runs the service in this process until a signal ends it.
import { startService } from '../../main.js';
import { createLog } from '../../settings/log.js';
import { SettingsError } from '../../settings/settings-error.js';
import { type Settings, readSettings } from '../../settings/settings.js';
import { stopSignal } from '../stop-signal.js';
import { UserError } from '../user-error.js';

export interface ServeOptions {
  port?: number;
  host?: string;
  dataDir?: string;
}

export async function serve(options: ServeOptions): Promise<void> {
  const settings = checkedSettings(options);
  const log = createLog(settings.logLevel);
  const stop = stopSignal();
  const stopAsked = new Promise<void>((done) => stop.addEventListener('abort', () => done(), { once: true }));
  let service;
  try {
    service = await startService(settings, log);
  } catch (error) {
    if (!hasFix(error)) throw error;
    process.stderr.write(`offcurve: ${error.message}\n  fix: ${error.fix}\n`);
    process.exit(1);
  }
  if (service.notice) process.stderr.write(`offcurve: ${service.notice}\n`);
  process.stderr.write(`offcurve: listening on ${service.url}\n`);
  await stopAsked;
  process.stderr.write('offcurve: stopping\n');
  await service.stop();
  process.exit(0);
}

function checkedSettings(options: ServeOptions): Settings {
  try {
    return readSettings(process.env, options);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UserError(`the settings have ${error.problems.length} problem(s)\n${error.message}`);
  }
}

const hasFix = (error: unknown): error is Error & { fix: string } =>
  error instanceof Error && typeof (error as { fix?: unknown }).fix === 'string';
