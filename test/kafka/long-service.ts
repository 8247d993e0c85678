// `offcurve serve` as a process of its own, in a process group of its own, for tests that kill it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../../scripts/kafka/free-port.mjs';
import { until } from './kafka-service.js';

const ROOT = resolve(__dirname, '../..');

export class ServeProcess {
  private said = '';
  private readonly ended: Promise<number | null>;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    child.stdout!.on('data', (text: Buffer) => (this.said += text.toString()));
    child.stderr!.on('data', (text: Buffer) => (this.said += text.toString()));
    this.ended = new Promise((done) => child.once('exit', (code) => done(code)));
  }

  /** Starts it and waits until it reads from Kafka. */
  static async start(environment: Record<string, string>): Promise<ServeProcess> {
    if (!existsSync(join(ROOT, 'dist/cli/main.js'))) throw new Error('the service is not built: npm run build');
    const port = await freePort();
    const child = spawn(process.execPath, [join(ROOT, 'bin/offcurve.js'), 'serve', '--port', String(port)], {
      env: { ...process.env, ...environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new ServeProcess(child, `http://127.0.0.1:${port}`);
    await until(
      'the service is ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`the service ended by itself:\n${service.said}`);
        return (await fetch(`${service.url}/health/ready`).catch(() => null))?.ok ?? false;
      },
      120_000,
    );
    return service;
  }

  /** SIGKILL, to the service alone or with all that it started. */
  async kill(group: boolean): Promise<void> {
    process.kill(group ? -this.child.pid! : this.child.pid!, 'SIGKILL');
    await this.ended;
  }

  /** SIGSTOP and SIGCONT: it hangs, its connections stay open. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** SIGTERM; gives the exit code. */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  /** Lines of the log with this message, as objects. */
  lines(message: string): Record<string, unknown>[] {
    const lines = this.said.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message);
  }

  /** The sum of a metric over all its labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const values = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }
}
