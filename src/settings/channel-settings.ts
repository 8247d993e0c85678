// The channels that offcurve.yml may name, each with its settings.
import { z } from 'zod';
import { isPrivateHost } from './private-address.js';

const address = z.url({ protocol: /^https?$/, error: 'not an http(s) address' });
const text = z.string().min(1, 'empty');
/** Loopback and private addresses are refused unless this says otherwise. */
const reach = { allow_private: z.boolean().optional() };

/** Either `webhook_url`, or all that a bot needs, and not both. */
function webhookOrBot<Key extends string>(...keys: Key[]) {
  return (settings: { [key in Key | 'webhook_url']?: unknown }, context: z.RefinementCtx): void => {
    const missing = keys.filter((key) => settings[key] === undefined);
    const isHook = settings.webhook_url !== undefined;
    if (isHook ? missing.length === keys.length : missing.length === 0) return;
    context.addIssue({
      ...{ code: 'custom', params: { fix: `add ${isHook ? 'one of them only' : missing.join(', ')}` } },
      message: `it takes either webhook_url, or ${keys.slice(0, -1).join(', ')} and ${keys.at(-1)} of a bot`,
    });
  };
}

const services = {
  webhook: z.strictObject({
    url: address,
    /** Signs every message (Standard Webhooks): `whsec_` and base64, or any text of 16 characters or more. */
    secret: z.string().min(16, 'shorter than 16 characters').optional(),
    ...reach,
  }),
  matrix: z.strictObject({
    homeserver: address,
    access_token: text,
    room: z.string().regex(/^!\S+$/, 'not the id of a room such as "!abc:example.org"'),
    ...reach,
  }),
  alertmanager: z.strictObject({
    url: address,
    /** Added to every alert, for Alertmanager's routes. */
    labels: z.record(z.string().regex(/^[a-zA-Z_]\w*$/, 'not a label name'), z.string()).optional(),
    ...reach,
  }),
  email: z.strictObject({
    host: text,
    port: z.number().int().min(1).max(65_535).optional(),
    /** `tls` from the first byte (port 465), `starttls` (port 587, the default), or `none`. */
    security: z.enum(['tls', 'starttls', 'none']).optional(),
    /** PEM of the server's own authority. */
    ca: text.optional(),
    user: text.optional(),
    password: text.optional(),
    from: text,
    to: z.array(z.email('not a mail address')).min(1),
    ...reach,
  }),
  slack: z.strictObject({
    token: text,
    channel: text,
    /** Needed for buttons: Slack signs what it posts to /chat/slack. */
    signing_secret: text.optional(),
    /** Socket Mode, where Slack cannot reach us: an app-level token. */
    app_token: z
      .string()
      .regex(/^xapp-/, 'not an app-level token such as "xapp-…"')
      .optional(),
    api_url: address.optional(),
    ...reach,
  }),
  discord: z.strictObject({
    webhook_url: address,
    /** A bot in the channel, for reactions and replies. */
    bot_token: text.optional(),
    api_url: address.optional(),
    ...reach,
  }),
  teams: z.strictObject({ webhook_url: address, ...reach }),
  telegram: z.strictObject({
    token: z.string().regex(/^\d+:[\w-]+$/, 'not a bot token such as "123456:ABC…"'),
    chat: z.union([z.number().int(), text]).transform(String),
    /** Where Telegram posts to /chat/telegram, it sends this along. Without it we ask Telegram for what people do. */
    webhook_secret: z
      .string()
      .regex(/^[\w-]{1,256}$/, 'only letters, digits, _ and -')
      .optional(),
    api_url: address.optional(),
    ...reach,
  }),
  pagerduty: z.strictObject({ routing_key: text, api_url: address.optional(), ...reach }),
  ntfy: z.strictObject({
    server: address.optional(),
    topic: z.string().regex(/^[\w-]{1,64}$/, 'a topic is up to 64 letters, digits, _ and -'),
    token: text.optional(),
    ...reach,
  }),
  /** By an incoming webhook, or by a bot, which edits, answers in the thread and hears reactions and replies. */
  mattermost: z
    .strictObject({
      webhook_url: address.optional(),
      server: address.optional(),
      token: text.optional(),
      /** Its id: names may change. */
      channel: z
        .string()
        .regex(/^[a-z0-9]{26}$/, 'not the id of a channel: 26 small letters and digits, shown under "View Info"')
        .optional(),
      ...reach,
    })
    .superRefine(webhookOrBot('server', 'token', 'channel')),
  /** As Mattermost. */
  rocketchat: z
    .strictObject({
      webhook_url: address.optional(),
      server: address.optional(),
      user_id: text.optional(),
      auth_token: text.optional(),
      room: text.optional(),
      ...reach,
    })
    .superRefine(webhookOrBot('server', 'user_id', 'auth_token', 'room')),
  /** Annotations on dashboards; the token is a service account's, with the role Editor. */
  grafana: z.strictObject({ url: address, token: text, ...reach }),
};

/** What any channel may say beside its service. */
const common = {
  /** Where messages go that this channel refuses for good. */
  fallback: z.string().optional(),
  /** How much of it its readers want, such as "30 per 10 minutes"; `none` holds nothing back. */
  rate: z
    .string()
    .refine((text) => rateOf(text) !== undefined, 'not a rate such as "30 per 10 minutes", nor "none"')
    .optional(),
};

const RATE = /^\s*(\d{1,6})\s+per\s+(?:(\d{1,4})\s+)?(minute|hour|day)s?\s*$/;
const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Null: none. Undefined: the text is no rate; one message at least must be left beside the summary. */
export function rateOf(text: string): { most: number; perMs: number } | null | undefined {
  if (text.trim() === 'none') return null;
  const match = RATE.exec(text);
  if (!match) return undefined;
  const [most, perMs] = [Number(match[1]), Number(match[2] ?? 1) * UNITS_MS[match[3]!]!];
  return most >= 2 && perMs > 0 ? { most, perMs } : undefined;
}

/** People read so much and no more; what machines read is sent as it comes. */
const PEOPLES_RATE = { most: 30, perMs: 600_000 };
const MACHINES: readonly string[] = ['webhook', 'alertmanager', 'pagerduty', 'grafana'];
/** What begins and ends one by one, and takes no summary. */
const STATES: readonly string[] = ['alertmanager', 'pagerduty', 'grafana'];

/** The rate of a channel, null where nothing is held back. */
export function rateOfChannel(channel: ChannelSettings): { most: number; perMs: number } | null {
  if (channel.rate !== undefined) return rateOf(channel.rate) ?? null;
  return SERVICES.some((service) => MACHINES.includes(service) && channel[service] !== undefined) ? null : PEOPLES_RATE;
}

export const SERVICES = Object.keys(services) as (keyof typeof services)[];
export type Service = keyof typeof services;

/** Keys known under a channel, and under each service of one. */
export const CHANNEL_KEYS: Readonly<Record<string, readonly string[]>> = {
  'channels.*': [...SERVICES, ...Object.keys(common)],
  ...Object.fromEntries(
    Object.entries(services).map(([name, schema]) => [`channels.*.${name}`, Object.keys(schema.shape)]),
  ),
};

const ADDRESSES = ['url', 'homeserver', 'webhook_url', 'api_url', 'server', 'host'];

/** What plainly leads to a private address. Where a name leads is looked at when it is connected to. */
export function refusePrivate(settings: object, context: z.RefinementCtx, path: readonly string[] = []): void {
  if ('allow_private' in settings && settings.allow_private === true) return;
  for (const [key, value] of Object.entries(settings)) {
    if (!ADDRESSES.includes(key) || typeof value !== 'string') continue;
    const host = key === 'host' ? value : URL.canParse(value) ? new URL(value).hostname : undefined;
    if (host !== undefined && isPrivateHost(host))
      context.addIssue({
        ...{ code: 'custom', path: [...path, key], params: { fix: 'set allow_private: true beside it to allow it' } },
        message: `${host} is a loopback, private or link-local address`,
      });
  }
}

/** One channel: exactly one service with its settings. */
export const channelSchema = z
  .strictObject({ ...services, ...common })
  .partial()
  .superRefine((channel, context) => {
    const named = SERVICES.filter((service) => channel[service] !== undefined);
    if (named.length !== 1)
      context.addIssue({
        code: 'custom',
        message: `a channel is exactly one of ${SERVICES.join(', ')}; this one names ${named.length === 0 ? 'none' : named.join(' and ')}`,
      });
    if (channel.rate !== undefined && rateOf(channel.rate) && named.some((service) => STATES.includes(service)))
      context.addIssue({
        ...{ code: 'custom', path: ['rate'], params: { fix: 'leave rate out' } },
        message: `${named[0]} keeps each deviation as a state of its own: the summary of what a rate holds back would be lost`,
      });
    for (const service of named) refusePrivate(channel[service]!, context, [service]);
  });
export type ChannelSettings = z.infer<typeof channelSchema>;
export type ServiceSettings<Name extends Service> = z.infer<(typeof services)[Name]>;

/** What a channel is; the schema has checked that it is one. */
export const serviceOfChannel = (channel: ChannelSettings): Service =>
  SERVICES.find((service) => channel[service] !== undefined)!;
