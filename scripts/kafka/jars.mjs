// Fetches the jars of a Kafka broker through Maven, once, into a cache that later starts read.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const pom = join(here, 'pom.xml');

/** The Kafka version that pom.xml pins. */
export const KAFKA_VERSION = /<kafka\.version>(.+?)</.exec(readFileSync(pom, 'utf8'))[1];

/** Which of the programs a broker needs (`java`, `mvn`) are not on the PATH; `mvn` only until the jars are there. */
export function missingPrograms(cacheDir = defaultCacheDir()) {
  const wanted = existsSync(libDir(cacheDir)) ? ['java'] : ['java', 'mvn'];
  return wanted.filter((program) => !onPath(program));
}

/**
 * The folder with the jars, fetched first where it is not there yet (44 MB).
 *
 * @param {{ cacheDir?: string, onProgress?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 */
export async function kafkaJars({ cacheDir = defaultCacheDir(), onProgress = () => {} } = {}) {
  const lib = libDir(cacheDir);
  if (existsSync(lib)) return lib;
  const missing = missingPrograms(cacheDir);
  if (missing.length > 0)
    throw new Error(
      `A Kafka broker needs ${missing.join(' and ')}, not found on the PATH. On Debian: apt-get install -y default-jre-headless maven`,
    );
  onProgress(`Fetching Kafka ${KAFKA_VERSION} from Maven Central into ${lib} (44 MB, once)`);
  // Copied beside and renamed whole: a fetch cut short leaves nothing that looks complete, and two at once do no harm.
  const partial = `${lib}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  try {
    await run('mvn', [
      ...['-q', '-B', '-ntp', '-f', pom],
      'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies',
      ...[`-DoutputDirectory=${partial}`, '-DincludeScope=runtime'],
    ]);
    if (!existsSync(lib)) renameSync(partial, lib);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return lib;
}

const libDir = (cacheDir) => join(cacheDir, KAFKA_VERSION);

/** In a clone `.cache/kafka` beside package.json; an installed package leaves node_modules alone and uses the user's cache. */
function defaultCacheDir() {
  const root = join(here, '..', '..');
  if (!root.includes(`${sep}node_modules${sep}`) && writable(root)) return join(root, '.cache', 'kafka');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'offcurve', 'kafka');
}

function writable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-4000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}:\n${output.trim()}`)),
    );
  });
}
