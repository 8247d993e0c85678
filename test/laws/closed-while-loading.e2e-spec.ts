// A planner that is closed while its thread is still loading: the process lives on.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const ROUNDS = 60;
const planner = pathToFileURL(join(__dirname, '../../dist/outbound/laws/worker-planner.js')).href;
/** Each round is closed a little later, so that some meet every stage of the loading. */
const script = `
  const { WorkerPlanner } = await import('${planner}');
  for (let round = 0; round < ${ROUNDS}; round++) {
    const one = new WorkerPlanner();
    one.plan({}).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 40 + 3 * round));
    await one.close();
  }
  console.log('closed ${ROUNDS}');
`;

it('takes no process with it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout.trim()).toBe(`closed ${ROUNDS}`);
}, 60_000);
