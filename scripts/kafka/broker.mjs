// A real Kafka (KRaft, no ZooKeeper) on loopback: one or several brokers that can be stopped, killed and restarted.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.mjs';
import { kafkaJars } from './jars.mjs';

export { missingPrograms } from './jars.mjs';

const JAVA = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const START_MS = 60_000;
const STOP_MS = 15_000;

/**
 * Starts `brokers` brokers whose data live in `dir` (kept from one start to the next), and waits until they serve.
 *
 * @param {import('./broker.d.mts').KafkaOptions} options
 * @returns {Promise<import('./broker.d.mts').RunningKafka>}
 */
export async function startKafka({
  dir,
  brokers = 1,
  ports,
  heap = '384m',
  properties = {},
  listeners = {},
  scram = [],
  cacheDir,
  onProgress = () => {},
}) {
  const lib = await kafkaJars({ cacheDir, onProgress });
  const home = resolve(dir);
  mkdirSync(home, { recursive: true });
  const nodes = [];
  for (let id = 1; id <= brokers; id++) {
    const port = ports?.[id - 1] ?? (await freePort());
    const extra = [];
    for (const [name, protocol] of Object.entries(listeners)) extra.push({ name, protocol, port: await freePort() });
    nodes.push({ id, port, extra, controllerPort: await freePort(), home: join(home, `broker-${id}`) });
  }
  const clusterId = clusterIdOf(home);
  const running = nodes.map((node) => new Broker(node, nodes, { lib, heap, clusterId, properties, scram }));
  onProgress(`Starting Kafka on ${nodes.map((node) => `127.0.0.1:${node.port}`).join(', ')}`);
  const started = await Promise.allSettled(running.map((broker) => broker.start()));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await Promise.all(running.map((broker) => broker.kill()));
    throw failed.reason;
  }
  return {
    bootstrap: nodes.map((node) => `127.0.0.1:${node.port}`).join(','),
    bootstrapOf: (name) => nodes.map(({ extra }) => addressOf(extra.find((one) => one.name === name))).join(','),
    clusterId,
    brokers: running,
    stop: async () => {
      // A controller that lost its quorum cannot say goodbye: of several brokers none is needed any more, so none waits.
      await Promise.all(running.map((broker) => (brokers === 1 ? broker.stop() : broker.kill())));
    },
  };
}

/** One broker process. `kill` is SIGKILL, `stop` lets it finish; `start` after either goes on with its data on its port. */
class Broker {
  #node;
  #nodes;
  #options;
  /** @type {{ pid: number, ended: Promise<void>, guard: import('node:child_process').ChildProcess } | null} */
  #process = null;

  constructor(node, nodes, options) {
    this.#node = node;
    this.#nodes = nodes;
    this.#options = options;
    this.id = node.id;
    this.port = node.port;
    this.logFile = join(node.home, 'broker.log');
  }

  get pid() {
    return this.#process?.pid ?? null;
  }

  async start() {
    if (this.#process) return;
    const { home } = this.#node;
    mkdirSync(home, { recursive: true });
    await waitForFormerOwner(join(home, 'pid'));
    writeFileSync(join(home, 'server.properties'), this.#properties());
    const classpath = join(this.#options.lib, '*');
    const config = join(home, 'server.properties');
    if (!existsSync(join(home, 'data', 'meta.properties'))) {
      const tool = ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', this.#options.clusterId, '-c', config];
      const users = this.#options.scram.flatMap(({ mechanism, name, password }) => [
        '--add-scram',
        `${mechanism}=[name=${name},password=${password}]`,
      ]);
      const formatted = await launch(['java', ...JAVA, ...tool, ...users], this.logFile);
      await formatted.ended;
      if (!existsSync(join(home, 'data', 'meta.properties')))
        throw new Error(`Kafka could not format ${home}:\n${lastLines(this.logFile)}`);
    }
    const memory = [`-Xms${this.#options.heap}`, `-Xmx${this.#options.heap}`, '-XX:MaxDirectMemorySize=128m'];
    const child = await launch(['java', ...JAVA, ...memory, '-cp', classpath, 'kafka.Kafka', config], this.logFile);
    this.#process = child;
    writeFileSync(join(home, 'pid'), String(child.pid));
    let over = false;
    void child.ended.then(() => {
      over = true;
      if (this.#process === child) this.#process = null;
      rmSync(join(home, 'pid'), { force: true });
    });
    const deadline = Date.now() + START_MS;
    while (!readFileSync(this.logFile, 'utf8').includes('Kafka Server started')) {
      if (over) throw new Error(`Kafka broker ${this.id} ended while starting:\n${lastLines(this.logFile)}`);
      if (Date.now() > deadline) {
        await this.kill();
        throw new Error(`Kafka broker ${this.id} did not start in ${START_MS / 1000} s:\n${lastLines(this.logFile)}`);
      }
      await sleep(50);
    }
  }

  async stop() {
    const child = this.#process;
    if (!child) return;
    signal(child.pid, 'SIGTERM');
    await Promise.race([child.ended, sleep(STOP_MS, undefined, { ref: false })]);
    await this.kill();
  }

  async kill() {
    const child = this.#process;
    if (!child) return;
    signal(child.pid, 'SIGKILL');
    await child.ended;
  }

  /** SIGSTOP: the broker hangs, its connections stay open. */
  pause() {
    if (this.#process) signal(this.#process.pid, 'SIGSTOP');
  }

  resume() {
    if (this.#process) signal(this.#process.pid, 'SIGCONT');
  }

  #properties() {
    const { id, port, extra, controllerPort, home } = this.#node;
    const open = [{ name: 'PLAINTEXT', protocol: 'PLAINTEXT', port }, ...extra];
    const listening = open.map((one) => `${one.name}://${addressOf(one)}`);
    const copies = Math.min(3, this.#nodes.length);
    const inSync = Math.max(1, copies - 1);
    const all = {
      'process.roles': 'broker,controller',
      'node.id': id,
      listeners: [...listening, `CONTROLLER://127.0.0.1:${controllerPort}`].join(','),
      'advertised.listeners': listening.join(','),
      'controller.listener.names': 'CONTROLLER',
      // Static voters: read from here at each start, so that the ports may differ from those of the last one.
      'controller.quorum.voters': this.#nodes.map((n) => `${n.id}@127.0.0.1:${n.controllerPort}`).join(','),
      'inter.broker.listener.name': 'PLAINTEXT',
      'listener.security.protocol.map': [
        'CONTROLLER:PLAINTEXT',
        ...open.map(({ name, protocol }) => `${name}:${protocol}`),
      ].join(','),
      'log.dirs': join(home, 'data'),
      'num.partitions': 6,
      'default.replication.factor': copies,
      'min.insync.replicas': inSync,
      'offsets.topic.num.partitions': 4,
      'offsets.topic.replication.factor': copies,
      'transaction.state.log.num.partitions': 4,
      'transaction.state.log.replication.factor': copies,
      'transaction.state.log.min.isr': inSync,
      'share.coordinator.state.topic.replication.factor': copies,
      'share.coordinator.state.topic.min.isr': inSync,
      'group.initial.rebalance.delay.ms': 0,
      // After a SIGKILL the controller takes the broker back only when its old session has run out.
      'broker.session.timeout.ms': 3000,
      'broker.heartbeat.interval.ms': 500,
      // A typing mistake in a topic's name must fail, as it does on most real clusters.
      'auto.create.topics.enable': false,
      'num.network.threads': 2,
      'num.io.threads': 4,
      'log.cleaner.dedupe.buffer.size': 4 * 1024 * 1024,
      ...this.#options.properties,
    };
    return Object.entries(all)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('');
  }
}

const addressOf = ({ port }) => `127.0.0.1:${port}`;

/**
 * Runs a program through a shell that holds a pipe to us: where we end, however we end, the pipe closes and the shell
 * stops the program. It has a process group of its own, so that Ctrl-C reaches us first and not the program.
 */
async function launch(command, logFile) {
  const script =
    'exec 4<&0; "$@" </dev/null 3>&- 4<&- & pid=$!; echo $pid >&3; exec 3>&-; ' +
    '{ read -r _ <&4; kill $pid; } & guard=$!; wait $pid; kill $guard';
  const log = openSync(logFile, 'w');
  const shell = spawn('/bin/sh', ['-c', `{ ${script}; } 2>&1`, 'kafka', ...command], {
    stdio: ['pipe', log, log, 'pipe'],
    detached: true,
  });
  closeSync(log);
  const ended = new Promise((resolve) => shell.once('close', () => resolve(undefined)));
  shell.stdin.on('error', () => {});
  const pid = await new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.stdio[3].once('data', (chunk) => resolve(Number(String(chunk).trim())));
    void ended.then(() => reject(new Error(`${command[0]} did not start`)));
  });
  return { pid, ended, guard: shell };
}

/** A broker left behind by a killed process is on its way out: its data are free in a moment, or somebody really uses them. */
async function waitForFormerOwner(pidFile) {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const ours = () => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('kafka.Kafka');
    } catch {
      return false;
    }
  };
  for (const deadline = Date.now() + STOP_MS; ours(); await sleep(100))
    if (Date.now() > deadline)
      throw new Error(`The Kafka data in ${resolve(pidFile, '..')} are in use by process ${pid}: stop it first.`);
}

/** Kafka's cluster id: 16 random bytes in URL-safe base64, kept with the data. */
function clusterIdOf(home) {
  const file = join(home, 'cluster-id');
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString('base64url').replace(/^-/, 'A'));
  return readFileSync(file, 'utf8').trim();
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function lastLines(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}
