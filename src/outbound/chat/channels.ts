// The channels that the settings name, ready to send.
import type { Channel } from '../../alerting/channel.js';
import type { ChannelSettings } from '../../settings/channel-settings.js';
import { WebhookChannel } from './webhook/webhook-channel.js';

/** One sender for each configured channel. */
export function channelsOf(settings: Readonly<Record<string, ChannelSettings>>): Channel[] {
  return Object.entries(settings).map(
    ([name, { webhook }]) =>
      new WebhookChannel(name, {
        url: webhook.url,
        secret: webhook.secret ?? null,
        allowPrivate: webhook.allow_private ?? false,
      }),
  );
}
