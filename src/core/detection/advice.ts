// What to expect of a deviation if nothing is done, and what to do, with the reason.
import type { MonitorEstimate, MonitorKind, Outlook } from './monitor-types.js';

/** What becomes of it by itself, as such deviations usually go. */
export function outlookOf(kind: MonitorKind): Outlook {
  switch (kind) {
    case 'spike':
      return 'recovers';
    case 'divergence':
    case 'drift':
    case 'plateau':
      return 'grows';
    default:
      return 'persists';
  }
}

/** Share of the compute so far from which on the run is as good as begun anew. */
const ANEW = 0.95;

/**
 * @param since step at which it began
 * @param lost what it is worth, as a share of the compute until then
 */
export function adviceOn(kind: MonitorKind, since: number, lost: MonitorEstimate | null): string | null {
  switch (kind) {
    case 'spike':
      return 'Wait: most spikes heal by themselves. If it comes again, look at the batch and clip the gradients.';
    case 'divergence':
      return `Roll back to a checkpoint before step ${since} and lower the learning rate: a loss that grows seldom comes back.`;
    case 'shift':
      if (lost && lost.value > ANEW)
        return `See whether a checkpoint was loaded at step ${since}: the loss is back where it was when the run began.`;
      return `Look at what changed at step ${since} (data, batch size, restart): the level stays, the run goes on from there.`;
    case 'drift':
    case 'plateau':
      return `Compare learning rate and data with what was planned since step ${since}: the run falls behind further with each step.`;
    case 'better-than-predicted':
      return 'Check val_loss: repeated data or a lower rate than logged look better on the training loss first.';
    default:
      return null;
  }
}
