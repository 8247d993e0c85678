// Which runs need somebody's eyes first: a pure order over what is known of them.
import type { Deviation, Run, Standing } from '../api/shapes.js';
import { millis } from '../format/times.js';

/** The standing that speaks for a run: the judged metric farthest off, else the first. */
export function leadingStanding(run: Run): { metric: string; standing: Standing } | null {
  let best: { metric: string; standing: Standing } | null = null;
  for (const [metric, standing] of Object.entries(run.standings))
    if (best === null || distance(standing) > distance(best.standing)) best = { metric, standing };
  return best;
}

const distance = ({ sigma }: Standing): number => (sigma === null ? -1 : Math.abs(sigma));

const OPEN_WEIGHT: Record<Deviation['status'], number> = { open: 3, acknowledged: 2, snoozed: 1, resolved: 0 };

/** The deviation that a list shows for a run: unhandled before handled, worse before better, dearer before cheaper. */
export function worstDeviation(deviations: readonly Deviation[]): Deviation | null {
  let worst: Deviation | null = null;
  for (const deviation of deviations) if (worst === null || gravity(deviation) > gravity(worst)) worst = deviation;
  return worst;
}

/** Larger is graver. */
function gravity(deviation: Deviation): number {
  const share = deviation.price.compute_share?.value ?? 0;
  const sigma = Math.min(Math.abs(deviation.sigma ?? 0), 99) / 100;
  return OPEN_WEIGHT[deviation.status] * 1000 + (deviation.side === 'better' ? 0 : 100) + Math.min(share, 50) + sigma;
}

const STATUS_RANK: Record<Run['status'], number> = {
  silent: 3,
  running: 2,
  announced: 1,
  failed: 0,
  stopped: 0,
  finished: 0,
};

/** Runs in the order in which they need attention; equal ones newest first. */
export function byAttention(runs: readonly Run[], deviationOf: (run: string) => Deviation | null): Run[] {
  const keyed = runs.map((run) => {
    const deviation = deviationOf(run.id);
    const active = STATUS_RANK[run.status] >= 2;
    return {
      run,
      alarm: deviation === null ? 0 : gravity(deviation) + (active ? 10_000 : 0),
      rank: STATUS_RANK[run.status],
      sigma: active ? Math.min(Math.abs(leadingStanding(run)?.standing.sigma ?? 0), 99) : 0,
      last: millis(run.last_arrival ?? run.last_time) ?? 0,
    };
  });
  // A change of less than half a deviation does not move a row: lists that jump cannot be read.
  const coarse = (sigma: number): number => Math.floor(2 * sigma);
  keyed.sort(
    (a, b) =>
      b.alarm - a.alarm ||
      b.rank - a.rank ||
      coarse(b.sigma) - coarse(a.sigma) ||
      (a.rank === 0 ? b.last - a.last : 0) ||
      (a.run.id < b.run.id ? -1 : 1),
  );
  return keyed.map(({ run }) => run);
}
