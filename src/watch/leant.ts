// When a run asks what finished runs and laws say of it, and what they said last.
import type { Leanings } from '../forecast/run-forecaster.js';
import type { ContextEntry } from '../runs/context-entry.js';
import type { RunHeader } from '../runs/run-header.js';

/** Asked when a forecast is first possible, and again each time the run has grown by this factor. */
const FIRST_AT = 64;
const GROWTH = 1.2;

type Asking = Pick<RunHeader, 'lastSeq' | 'metadata'>;

export class Leant {
  private askedAt = 0;
  private family: string | undefined;
  private isStale = false;

  /** @param said the leaning that is in effect, as JSON */
  constructor(private said = '{}') {}

  /** As the context of a run left it at its sequence number `seq`. */
  static in(context: readonly ContextEntry[], seq = Infinity): Leant {
    return new Leant(JSON.stringify(leaningIn(context, seq) ?? {}));
  }

  /** Whether it is to be asked before the next record. */
  due({ lastSeq, metadata }: Asking): boolean {
    if (lastSeq < FIRST_AT) return false;
    return lastSeq >= GROWTH * this.askedAt || this.isStale || this.family !== metadata.family;
  }

  /** There is more to lean on than when it was asked last. */
  again(): void {
    this.isStale = true;
  }

  /** @returns the entry that puts it into effect, null where it says nothing new */
  settle({ lastSeq, metadata }: Asking, leaning: Leanings): ContextEntry | null {
    this.askedAt = lastSeq;
    this.family = metadata.family;
    this.isStale = false;
    const said = JSON.stringify(leaning);
    if (said === this.said) return null;
    this.said = said;
    return { seq: lastSeq + 1, kind: 'leaning', leaning };
  }
}

/** What was leaned on once the record with sequence number `seq` was judged. */
export function leaningIn(context: readonly ContextEntry[], seq: number): unknown {
  const entries = context.filter((entry) => entry.kind === 'leaning' && entry.seq <= seq);
  const last = entries.at(-1);
  return last?.kind === 'leaning' ? last.leaning : undefined;
}
