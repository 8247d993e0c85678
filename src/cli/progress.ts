// A progress line on standard error: a bar on a terminal, a line now and then elsewhere.
import type { WriteStream } from 'node:tty';

const WIDTH = 30;
const REDRAW_MS = 100;
const PLAIN_MS = 5_000;

/** Shows how far a long work has come. `done` and `total` share a unit; `note` is free text behind the bar. */
export class Progress {
  private last = 0;
  private line = '';

  constructor(
    private readonly label: string,
    private readonly stream: NodeJS.WriteStream = process.stderr,
    private readonly clock: () => number = Date.now,
  ) {}

  show(done: number, total: number, note = ''): void {
    const now = this.clock();
    if (now - this.last < (this.isTerminal ? REDRAW_MS : PLAIN_MS)) return;
    this.last = now;
    this.draw(done, total, note);
  }

  /** Writes a line of its own above the bar. */
  say(text: string): void {
    if (this.isTerminal) this.stream.write(`\r\x1b[K${text}\n${this.line}`);
    else this.stream.write(`${text}\n`);
  }

  end(done: number, total: number, note = ''): void {
    this.draw(done, total, note);
    if (this.isTerminal) this.stream.write('\n');
    this.line = '';
  }

  private get isTerminal(): boolean {
    return (this.stream as WriteStream).isTTY === true;
  }

  private draw(done: number, total: number, note: string): void {
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const filled = Math.round(share * WIDTH);
    const percent = `${Math.floor(100 * share)} %`.padStart(5);
    this.line = `${this.label} [${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${percent} ${note}`;
    this.stream.write(this.isTerminal ? `\r\x1b[K${this.line}` : `${this.line}\n`);
  }
}
