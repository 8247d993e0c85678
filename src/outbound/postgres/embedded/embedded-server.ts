// Our own PostgreSQL: started in a folder whatever was left there, owned by one service at a time, restarted if it dies.
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, findBinaries } from './binaries.js';
import { chooseHome, dropHome, ensureInitialised } from './data-folder.js';
import { EmbeddedServerError } from './embedded-server-error.js';
import { clearLeftBehind, endStrayBackends } from './left-behind.js';
import { Ownership, serverUrl } from './ownership.js';
import { Postmaster } from './postmaster.js';
import { type ServerUser, serverUser } from './server-user.js';

const DATABASE = 'offcurve';
const FIRST_PORT = 15432;
/** Ports tried one after the other; from 32768 on the system takes source ports of its own. */
const LAST_PORT = 32_767;
/** Backends that outlive a killed server notice by themselves, most of them at once. */
const STRAYS_MS = 3_000;
const GIVE_UP_MS = 120_000;
const FIRST_RESTART_PAUSE_MS = 500;
const LONGEST_RESTART_PAUSE_MS = 10_000;

export interface EmbeddedServerOptions {
  /** The service's data folder; the database lies in `postgres` in it. */
  dataDir: string;
  /** The port to try first. */
  port?: number;
  /** Off only for tests: a crash of the machine then loses data. */
  fsync?: boolean;
  /** Each line of the server's log. */
  onLog?: (line: string) => void;
  /** The server died and was started again on the same port, or could not be (with the reason), in which case it is tried again. */
  onRestart?: (failed: Error | null) => void;
}

/** A running embedded server. */
export class EmbeddedServer {
  private stopping = false;
  private readonly stopped = new AbortController();
  private restarting: Promise<void> = Promise.resolve();

  private constructor(
    readonly folder: string,
    readonly port: number,
    /** What the user should know of where the data lies; null where it lies as asked. */
    readonly notice: string | null,
    private postmaster: Postmaster,
    private ownership: Ownership,
    private readonly parts: Parts,
  ) {
    this.superviseNext();
  }

  /** Address of the service's database, with its password. */
  get url(): string {
    return serverUrl(this.folder, this.port, DATABASE);
  }

  /**
   * Starts the server, whatever an earlier service left behind: a stale pid file, an orphaned server, backends that outlive
   * theirs, a folder half made. A busy port is passed over.
   *
   * @throws EmbeddedServerError where another service uses the folder, or with the server's own last words.
   */
  static async start(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
    const user = serverUser();
    const binaries = findBinaries(user);
    const home = chooseHome(resolve(options.dataDir), user);
    const fsync = options.fsync ?? true;
    await ensureInitialised(home, binaries, user, fsync);
    const parts = { binaries, user, fsync, onLog: options.onLog ?? ignore, onRestart: options.onRestart ?? ignore };
    const { postmaster, ownership, port } = await startOn(home.folder, options.port ?? FIRST_PORT, LAST_PORT, parts);
    try {
      await ownership.createDatabase(DATABASE);
    } catch (error) {
      await postmaster.stop();
      throw error;
    }
    return new EmbeddedServer(home.folder, port, home.notice, postmaster, ownership, parts);
  }

  /** Deletes the database of a data folder. @throws EmbeddedServerError where a service uses it. */
  static async drop(dataDir: string): Promise<void> {
    const user = serverUser();
    const { folder } = chooseHome(resolve(dataDir), user);
    await clearLeftBehind(folder);
    dropHome(resolve(dataDir));
  }

  /** Ends the server and all its processes. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.stopped.abort();
    await this.restarting;
    await this.ownership.release();
    await this.postmaster.stop();
  }

  /** Nobody else can start it again, so we do. */
  private superviseNext(): void {
    void this.postmaster.ended.then(() => {
      if (!this.stopping) this.restarting = this.restart();
    });
  }

  /** Tries until it runs again or is to stop: a full disk may be emptied at any time. */
  private async restart(): Promise<void> {
    const { onRestart } = this.parts;
    await this.ownership.release();
    for (let pause = FIRST_RESTART_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_RESTART_PAUSE_MS)) {
      await sleep(pause, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      if (this.stopping) return;
      try {
        // Clients know the port.
        const { postmaster, ownership } = await startOn(this.folder, this.port, this.port, this.parts);
        this.postmaster = postmaster;
        this.ownership = ownership;
        this.superviseNext();
        onRestart(null);
        return;
      } catch (error) {
        onRestart(error as Error);
      }
    }
  }
}

interface Parts {
  binaries: Binaries;
  user: ServerUser | null;
  fsync: boolean;
  onLog: (line: string) => void;
  onRestart: (failed: Error | null) => void;
}

const ignore = (): void => undefined;

interface Started {
  postmaster: Postmaster;
  ownership: Ownership;
  port: number;
}

async function startOn(folder: string, from: number, to: number, parts: Parts): Promise<Started> {
  const start = Date.now();
  for (let port = from; ;) {
    await clearLeftBehind(folder);
    port = await freePort(port, to);
    const { fsync, onLog, binaries, user } = parts;
    const postmaster = Postmaster.launch({ folder, port, fsync, onLog }, binaries, user);
    const ownership = await untilReady(folder, port, postmaster);
    if (ownership) return { postmaster, ownership, port };
    const { lastWords } = postmaster;
    if (Date.now() - start > GIVE_UP_MS || !willPass(lastWords)) throw failed(folder, lastWords);
    if (/shared memory block/.test(lastWords) && Date.now() - start > STRAYS_MS) endStrayBackends(folder);
    await sleep(200);
  }
}

/** Null where the process ended before it was ready. Recovery after a crash takes as long as it takes. */
async function untilReady(folder: string, port: number, postmaster: Postmaster): Promise<Ownership | null> {
  while (postmaster.running) {
    const ownership = await Ownership.take(folder, port);
    if (ownership instanceof Ownership) return ownership;
    await Promise.race([sleep(40), postmaster.ended]);
  }
  await postmaster.stop();
  return null;
}

/** What goes away by itself or by what we do next: a port just taken, another start just before ours, backends of a killed server. */
const willPass = (words: string): boolean =>
  /could not create any TCP\/IP sockets|Address already in use|postmaster\.pid" already exists|shared memory block/.test(
    words,
  );

function failed(folder: string, words: string): EmbeddedServerError {
  return new EmbeddedServerError(
    `the embedded Postgres in ${folder} did not start; it said:\n${words || '(nothing)'}`,
    'mend what it says, move the folder away, or set DATABASE_URL to a Postgres of your own',
  );
}

async function freePort(from: number, to: number): Promise<number> {
  for (let port = from; port <= Math.max(from, to); port++) if (await isFree(port)) return port;
  if (from >= to) return from;
  throw new EmbeddedServerError(`no port from ${from} to ${to} is free`, 'free one, or set DATABASE_URL');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}
