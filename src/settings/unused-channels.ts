// Channels that nothing is ever sent to: a warning, since somebody meant to hear of something there.
import type { Config } from './config-schema.js';

/** Names of channels that no route, escalation, digest or fallback of another channel names. */
export function unusedChannels({ channels = {}, routes = [], digest }: Config): string[] {
  const used = new Set([
    ...routes.flatMap((route) => [...route.channels, ...(route.escalate?.channels ?? [])]),
    ...(digest?.channels ?? []),
    ...Object.values(channels).flatMap(({ fallback }) => fallback ?? []),
  ]);
  return Object.keys(channels).filter((name) => !used.has(name));
}
