// Which channels a deviation goes to, and why: the first route that matches, and later ones where it says to continue.
import type { Deviation, DeviationKind } from './deviation.js';

/** One route of offcurve.yml. Absent conditions match everything. */
export interface Route {
  match?: { project?: string; family?: string; tag?: string; run?: string };
  kinds?: DeviationKind[];
  /** Least price as a share of the compute so far (0.01 is 1 %). */
  minPrice?: number;
  channels: string[];
  continue?: boolean;
}

/** The channels for a deviation, with the reason that can be read afterwards. */
export function channelsFor(deviation: Deviation, routes: readonly Route[]): { channels: string[]; reason: string } {
  const channels = new Set<string>();
  const reasons: string[] = [];
  for (const [index, route] of routes.entries()) {
    const miss = missOf(deviation, route);
    if (miss !== null) {
      reasons.push(`route ${index + 1}: ${miss}`);
      continue;
    }
    route.channels.forEach((channel) => channels.add(channel));
    reasons.push(`route ${index + 1} matches`);
    if (!route.continue) break;
  }
  return { channels: [...channels], reason: reasons.join('; ') || 'no routes are set' };
}

function missOf(deviation: Deviation, route: Route): string | null {
  const { match = {}, kinds, minPrice } = route;
  if (match.project !== undefined && match.project !== deviation.project) return `project is not ${match.project}`;
  if (match.family !== undefined && match.family !== deviation.family) return `family is not ${match.family}`;
  if (match.run !== undefined && !deviation.runs.includes(match.run)) return `run is not ${match.run}`;
  if (match.tag !== undefined && !deviation.tags.includes(match.tag)) return `no tag ${match.tag}`;
  if (kinds !== undefined && !kinds.includes(deviation.kind)) return `kind is ${deviation.kind}`;
  const share = deviation.price.computeShare;
  // A deviation with no price yet passes: waiting for one would delay the worst.
  if (minPrice !== undefined && share !== null && share.value < minPrice) return `price is below ${100 * minPrice} %`;
  return null;
}
