// The finished runs that a run is compared with: when more are looked for, and the context entry that puts them into effect.
import { MOST_REFERENCES } from '../core/detection/referenced-judge.js';
import type { ContextEntry, PackedReference } from '../runs/context-entry.js';
import type { RunHeader } from '../runs/run-header.js';
import type { OpenTail } from './open-tail.js';
import type { StepLosses } from './packed-reference.js';
import type { RunJudge } from './run-judge.js';
import { LEAST_POINTS } from './seek-references.js';

/** What a search goes by. */
export interface Seeking {
  /** The run's newest losses by metric. */
  recent: ReadonlyMap<string, StepLosses>;
  /** Runs that it is compared with already. */
  known: readonly string[];
}

export class HeldReferences {
  /** Sequence number at which they were last looked for. */
  private soughtAt = 0;

  /** @param held those in effect */
  constructor(private held: readonly PackedReference[] = []) {}

  /** What to look for, where it is time to: first at a few points, then whenever the run has doubled; else null. */
  seeking({ lastSeq, attempt }: RunHeader, { monitor, dictionary }: RunJudge, tail: OpenTail): Seeking | null {
    if (lastSeq < Math.max(LEAST_POINTS, 2 * this.soughtAt)) return null;
    if (monitor.compares || this.held.length >= MOST_REFERENCES) return null;
    const recent = new Map<string, StepLosses>();
    for (const metric of monitor.metrics) {
      const own = tail.losses(attempt, dictionary.names.indexOf(metric));
      if (own.steps.length >= LEAST_POINTS) recent.set(metric, own);
    }
    if (recent.size === 0) return null;
    this.soughtAt = lastSeq;
    return { recent, known: this.held.map(({ run }) => run) };
  }

  /** @returns the entry that puts what was found into effect from record `seq` on, null where nothing was */
  add(found: readonly PackedReference[], seq: number): ContextEntry | null {
    if (found.length === 0) return null;
    this.held = [...this.held, ...found];
    return { seq, kind: 'references', references: this.held };
  }
}
