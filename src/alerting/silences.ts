// The silences that hold or will, at hand for every decision; kept in the store, read again every second by each instance.
import { randomBytes } from 'node:crypto';
import type { Silence, SilenceMatch } from './silence.js';
import type { SilenceStore } from './silence-store.js';

/** A silence beyond this is a route that somebody has forgotten to take out. */
export const LONGEST_SILENCE_MS = 90 * 86_400_000;
/** So many at once are somebody's mistake; the oldest do not hold then. */
const MOST = 1_000;

/** A silence cannot be made as asked. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  constructor(
    message: string,
    readonly field: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

export interface AskedSilence {
  match: SilenceMatch;
  startsAt: number | null;
  endsAt: number;
  comment: string;
}

export class Silences {
  private silences: readonly Silence[] = [];

  constructor(
    private readonly store: SilenceStore,
    private readonly clock: () => number,
  ) {}

  /** Those that had not ended when they were last read. */
  get current(): readonly Silence[] {
    return this.silences;
  }

  /** Before anything is judged: a restart must not send what is silenced. */
  onModuleInit(): Promise<void> {
    return this.refresh();
  }

  async refresh(): Promise<void> {
    this.silences = (await this.store.list({ notEndedAt: this.clock(), limit: MOST })).items;
  }

  /** @throws SilenceError where it ends in the past, before it starts, or too far away */
  async create({ match, startsAt, endsAt, comment }: AskedSilence, createdBy: string): Promise<Silence> {
    const now = this.clock();
    const starts = startsAt ?? now;
    if (endsAt <= Math.max(now, starts))
      throw new SilenceError('the silence ends before it begins, or in the past', 'ends_at', 'name a later time');
    if (endsAt - starts > LONGEST_SILENCE_MS)
      throw new SilenceError(
        'the silence is longer than 90 days',
        'ends_at',
        'name an earlier time; it can be renewed',
      );
    const id = `sil_${randomBytes(12).toString('hex')}`;
    const silence: Silence = { id, match, startsAt: starts, endsAt, comment, createdBy, createdAt: now };
    await this.store.create(silence);
    await this.refresh();
    return silence;
  }

  /** Ends it now; what it held back and still holds is sent. Null where there is none. */
  async expire(id: string): Promise<Silence | null> {
    const silence = await this.store.expire(id, this.clock());
    await this.refresh();
    return silence;
  }
}
