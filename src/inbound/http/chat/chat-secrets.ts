// Which secrets the chat services sign with, by service: what /chat/… checks before it believes a word.
import type { Settings } from '../../../settings/settings.js';

/** The secrets of a service's channels, and the channels' names. */
export interface ServiceSecrets {
  secrets: readonly string[];
  channels: readonly string[];
}

export class ChatSecrets {
  constructor(
    readonly slack: ServiceSecrets,
    readonly telegram: ServiceSecrets,
  ) {}

  static of({ config }: Pick<Settings, 'config'>): ChatSecrets {
    const channels = Object.entries(config.channels ?? {});
    const of = (
      service: 'slack' | 'telegram',
      secret: (channel: (typeof channels)[number][1]) => string | undefined,
    ) => ({
      secrets: channels.flatMap(([, channel]) => secret(channel) ?? []),
      channels: channels.flatMap(([name, channel]) => (channel[service] ? [name] : [])),
    });
    return new ChatSecrets(
      of('slack', ({ slack }) => slack?.signing_secret),
      of('telegram', ({ telegram }) => telegram?.webhook_secret),
    );
  }
}
