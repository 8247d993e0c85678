// The service of bench/ingest.mjs in a process of its own: what the bench keeps in memory is not for its collector to walk.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(`${build}/${file}.js`).href);
const { readSettings } = await load('settings/settings');
const { createLog } = await load('settings/log');
const { startService } = await load('main');

let service = null;

const answers = {
  start: async (environment) => {
    service = await startService(readSettings(environment), createLog('warn'));
  },
  /** Microseconds of CPU so far, all threads. */
  cpu: async () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  stop: async () => {
    await service.stop();
    service = null;
  },
};

process.on('message', ({ ask, value }) => {
  answers[ask](value).then(
    (answer) => process.send({ answer }),
    (error) => process.send({ error: error.stack }),
  );
});
process.on('disconnect', () => process.exit());
