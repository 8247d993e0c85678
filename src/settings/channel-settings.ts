// The channels that offcurve.yml may name, each with its settings.
import { z } from 'zod';

const webhook = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'not an http(s) address' }),
  /** Signs every message (Standard Webhooks): `whsec_` and base64, or any text of 16 characters or more. */
  secret: z.string().min(16, 'shorter than 16 characters').optional(),
  /** Loopback and private addresses are refused unless this says otherwise. */
  allow_private: z.boolean().optional(),
});

/** One channel: exactly one service with its settings. */
export const channelSchema = z.strictObject({ webhook });
export type ChannelSettings = z.infer<typeof channelSchema>;
export type WebhookSettings = z.infer<typeof webhook>;
