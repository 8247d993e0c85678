// Which channels a deviation goes to, and why: the first route that matches, and later ones where it says to continue.
import type { DeviationKind } from '../core/detection/deviation-kinds.js';
import type { Deviation } from './deviation.js';
import { type QuietHours, quietUntil } from './quiet-hours.js';

/** One route of offcurve.yml. Absent conditions match everything. */
export interface Route {
  match?: { project?: string; family?: string; tag?: string; run?: string };
  kinds?: DeviationKind[];
  /** Least price as a share of the compute so far (0.01 is 1 %). */
  minPrice?: number;
  channels: string[];
  continue?: boolean;
  /** Hears of every change at once: nothing is held back from it. */
  everything?: boolean;
  /** Holds back what is not urgent. */
  quietHours?: QuietHours;
  /** Where it goes when nobody has acknowledged it after so long. */
  escalate?: Escalation;
}

export interface Escalation {
  afterMs: number;
  channels: string[];
}

/** These wake people at any hour: every step of such a run is lost. */
export const URGENT: readonly DeviationKind[] = ['divergence', 'non-finite'];

/** The channels for a deviation, with the reason that can be read afterwards, and until when quiet hours hold others back. */
export function channelsFor(
  deviation: Deviation,
  routes: readonly Route[],
  now: number,
): { channels: string[]; reason: string; heldUntil: number | null } {
  let heldUntil: number | null = null;
  const channels = new Set<string>();
  const reasons: string[] = [];
  for (const [index, route] of routes.entries()) {
    const miss = missOf(deviation, route);
    if (miss !== null) {
      reasons.push(`route ${index + 1}: ${miss}`);
      continue;
    }
    const quiet = quietFor(deviation, route, now);
    if (quiet !== null) {
      heldUntil = Math.min(heldUntil ?? Infinity, quiet);
      reasons.push(`route ${index + 1}: quiet hours until ${new Date(quiet).toISOString()}`);
      if (!route.continue) break;
      continue;
    }
    route.channels.forEach((channel) => channels.add(channel));
    reasons.push(`route ${index + 1} matches`);
    if (!route.continue) break;
  }
  return { channels: [...channels], reason: reasons.join('; ') || 'no routes are set', heldUntil };
}

/** Until when a route's quiet hours hold a deviation back (ms); null where none do. */
function quietFor(deviation: Deviation, { quietHours }: Route, now: number): number | null {
  if (!quietHours || kindsOf(deviation).some((kind) => URGENT.includes(kind))) return null;
  return quietUntil(quietHours, now);
}

/**
 * The escalation of the first route that takes the deviation and has one.
 *
 * @param quietAt a route in its quiet hours then wakes nobody in a roundabout way either; absent: quiet hours do not count
 */
export function escalationFor(deviation: Deviation, routes: readonly Route[], quietAt?: number): Escalation | null {
  for (const route of routes) {
    if (missOf(deviation, route) !== null) continue;
    const isQuiet = quietAt !== undefined && quietFor(deviation, route, quietAt) !== null;
    if (route.escalate && !isQuiet) return route.escalate;
    if (!route.continue) break;
  }
  return null;
}

/** A data event is of its own kind and of all its parts' kinds: whoever asks for divergences wants those in forty runs, too. */
const kindsOf = ({ kind, partKinds }: Deviation): DeviationKind[] => [kind, ...partKinds];

function missOf(deviation: Deviation, route: Route): string | null {
  const { match = {}, kinds, minPrice } = route;
  if (match.project !== undefined && match.project !== deviation.project) return `project is not ${match.project}`;
  if (match.family !== undefined && match.family !== deviation.family) return `family is not ${match.family}`;
  if (match.run !== undefined && !deviation.runs.includes(match.run)) return `run is not ${match.run}`;
  if (match.tag !== undefined && !deviation.tags.includes(match.tag)) return `no tag ${match.tag}`;
  if (kinds !== undefined && !kindsOf(deviation).some((kind) => kinds.includes(kind)))
    return `kind is ${deviation.kind}`;
  const share = deviation.price.computeShare;
  // A deviation with no price yet passes: waiting for one would delay the worst.
  if (minPrice !== undefined && share !== null && share.value < minPrice) return `price is below ${100 * minPrice} %`;
  return null;
}
