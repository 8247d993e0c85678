// The server's main process: started so that it ends with us, told to stop, and its last words kept.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Binaries } from './binaries.js';
import type { ServerUser } from './server-user.js';

/**
 * Postgres runs in a session of its own, so that Ctrl-C in the terminal reaches the service only, which finishes its batch
 * first. So that it still cannot outlive the service, a watcher holds a pipe from us: when that closes without a word,
 * we were killed, and the server is ended at once (which is a crash that it recovers from, as ours was).
 */
const WITH_LIFELINE = `
exec 3<&0 </dev/null
{ trap '' INT TERM HUP QUIT; read -r word <&3 || kill -QUIT $$; } >/dev/null 2>&1 &
exec "$@" 3<&-
`;
const LINES_KEPT = 40;
const FAST_MS = 20_000;

export interface PostmasterOptions {
  folder: string;
  port: number;
  fsync: boolean;
  onLog: (line: string) => void;
}

export class Postmaster {
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  private isRunning = true;
  private readonly lines: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    onLog: (line: string) => void,
  ) {
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.isRunning = false;
        resolve();
      };
      child.once('error', end).once('exit', end);
    });
    // Our end of the lifeline breaks when the server ends first.
    child.stdin!.on('error', () => undefined);
    let rest = '';
    child.stderr!.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop()!;
      this.lines.push(...lines);
      this.lines.splice(0, this.lines.length - LINES_KEPT);
      lines.forEach(onLog);
    });
  }

  static launch(options: PostmasterOptions, binaries: Binaries, user: ServerUser | null): Postmaster {
    const settings: Record<string, string> = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '60',
      autovacuum_naptime: '15s',
      jit: 'off',
      lc_messages: 'C',
      timezone: 'UTC',
      ...(options.fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const command = [binaries.postgres, '-D', options.folder, '-p', String(options.port), ...flags];
    const child = spawn('/bin/sh', ['-c', WITH_LIFELINE, 'offcurve-postgres', ...command], {
      ...user,
      cwd: '/',
      detached: true,
      env: { PATH: process.env.PATH, LC_ALL: 'C', LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    return new Postmaster(child, options.onLog);
  }

  get running(): boolean {
    return this.isRunning;
  }

  /** What it said last. */
  get lastWords(): string {
    return this.lines.join('\n');
  }

  /** Fast shutdown: clients are sent away, what is committed is written out. Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.isRunning) {
      this.child.kill('SIGINT');
      const patience = setTimeout(() => this.child.kill('SIGQUIT'), FAST_MS);
      await this.ended;
      clearTimeout(patience);
    }
    this.child.stdin!.end('stopped\n');
  }
}
