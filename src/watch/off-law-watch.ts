// Opens a deviation for each finished run that lies far off its family's law, and ends it where the law has come to agree.
import type { Deviation } from '../alerting/deviation.js';
import { deviationId } from '../alerting/deviation-id.js';
import type { Sighting } from '../alerting/deviation-life.js';
import type { DeviationStore } from '../alerting/deviation-store.js';
import type { OffLawNews } from '../forecast/laws/family-laws.js';
import type { OffLawRun } from '../forecast/laws/law-store.js';
import type { Ingest } from './ingest.js';

const PAGE = 500;

/** What is judged is the end of the curve, not the curve: its metric is named apart from that of the records. */
export const finalOf = (metric: string): string => `final ${metric}`;

export class OffLawWatch {
  constructor(
    private readonly ingest: Pick<Ingest, 'touch'>,
    private readonly deviations: DeviationStore,
  ) {}

  /** Resolves once the deviations and their messages are committed. The same news again changes nothing. */
  async follow({ family, metric: of, runs }: OffLawNews): Promise<void> {
    const metric = finalOf(of);
    const known = await this.known(family, metric);
    const ids = new Set(known.map(({ id }) => id));
    const off = new Map(runs.map((word) => [word.run, word]));
    // Whoever resolved one by hand is not told of it again: its id is derived from where the run ended.
    if (off.size > 0)
      await this.ingest.touch([...off.keys()], (watcher, now) => {
        const { id, attempt, newestStep, status } = watcher.header;
        if (status !== 'finished' || ids.has(deviationId(id, attempt, metric, newestStep))) return;
        watcher.deviations.leaveLaw(sightingOf(off.get(id)!, metric), now);
      });
    const over = known.filter(({ status, run }) => status !== 'resolved' && run !== null && !off.has(run));
    if (over.length > 0)
      await this.ingest.touch([...new Set(over.map(({ run }) => run!))], (watcher, now) =>
        watcher.deviations.returnToLaw(metric, now),
      );
  }

  private async known(family: string, metric: string): Promise<Deviation[]> {
    const found: Deviation[] = [];
    for (let after: string | undefined; ;) {
      const page = await this.deviations.list({ kind: 'off-law', limit: PAGE, after });
      found.push(...page.items.filter((one) => one.family === family && one.metric === metric));
      if (page.next === null) return found;
      after = page.next;
    }
  }
}

function sightingOf({ measured, expected, sigma, share, others, params, tokens }: OffLawRun, metric: string): Sighting {
  const better = sigma < 0;
  const times = (part: number): string => String(Number((1 - part).toPrecision(2)));
  const [least, most] = [times(share.upper), times(share.lower)];
  return {
    ...{ metric, kind: 'off-law', side: better ? 'better' : 'worse' },
    // The watcher knows where the run ended.
    ...{ step: 0, startedAtStep: 0 },
    ...{ expected: expected.value, expectedLower: expected.lower, expectedUpper: expected.upper },
    ...{ observed: measured, sigma, computeShare: share, outlook: null },
    evidence: [
      `the law of the family's ${others} other runs says ${short(expected.value)} (${short(expected.lower)}–${short(expected.upper)}) for ${short(params)} parameters and ${short(tokens)} tokens`,
      `a run on the law ends there with ${times(share.value)} times (${least}–${most}) this run's compute`,
    ],
    advice: better
      ? 'find what it does that its siblings do not, and repeat it at another scale; validation data among the training data look the same'
      : 'compare it with its siblings: learning rate, batch size, data, a schedule that ended early; if it was healthy, the law has met a limit here',
  };
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
