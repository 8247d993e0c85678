// A context recorded before, whose entries take effect again where they did.
import type { MonitorSettings } from '../core/detection/monitor-types.js';
import type { ContextEntry } from '../runs/context-entry.js';

export class PinnedContext {
  /** The settings that the run began with; null where the context has none. */
  readonly settings: MonitorSettings | null;
  private readonly left: ContextEntry[];

  constructor(context: readonly ContextEntry[]) {
    const first = context.find((entry) => entry.kind === 'settings');
    this.settings = (first?.settings as MonitorSettings | undefined) ?? null;
    this.left = context.filter((entry) => entry !== first).sort((a, b) => a.seq - b.seq);
  }

  /** Entries that come before the record with this sequence number, each once. */
  *due(seq: number): Generator<ContextEntry> {
    while (this.left.length > 0 && this.left[0]!.seq <= seq) yield this.left.shift()!;
  }
}
