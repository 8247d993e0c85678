// A deviation and its messages, as channels get them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NotificationType, NotifiedChange } from '../../src/alerting/decide-notification.js';
import type { Deviation } from '../../src/alerting/deviation.js';
import { DeviationPictures } from '../../src/alerting/deviation-pictures.js';
import { notification } from '../../src/alerting/notification.js';
import type { OutboxMessage, PendingMessage, Receipt } from '../../src/alerting/outbox-message.js';
import { SignedLinks } from '../../src/alerting/signed-links.js';
import type { ChatTools } from '../../src/outbound/chat/chat-channel.js';
import { deviation } from '../postgres/change.js';

export const NOW = Date.parse('2026-11-24T12:00:00Z');
export const PUBLIC_URL = 'https://offcurve.example.org';

/** A shift that was found 25 minutes after it began. */
export const shift = (parts: Partial<Deviation> = {}): Deviation =>
  deviation('llama-1b-03', {
    id: 'dev_0123456789abcdef01234567',
    project: 'prod',
    openedAt: NOW - 60_000,
    startedAt: NOW - 25 * 60_000,
    startedAtStep: 41_200,
    openedAtStep: 41_260,
    step: 41_260,
    expected: 2.412,
    expectedLower: 2.395,
    expectedUpper: 2.43,
    observed: 2.497,
    sigma: 7.4,
    price: {
      computeShare: { value: 0.12, lower: 0.07, upper: 0.18 },
      tokens: { value: 2.6e9, lower: 1.5e9, upper: 3.9e9 },
      gpuHours: { value: 310, lower: 181, upper: 465 },
      usd: { value: 775, lower: 452, upper: 1_162 },
    },
    evidence: ['the loss stepped up within 20 steps and stays there', 'the gradient norm did not move'],
    advice: 'look at the data read from step 41,200 on; go back to the checkpoint before it if they are bad',
    outlook: 'persists',
    ...parts,
  });

export function message(
  channel: string,
  type: NotificationType,
  of: Deviation,
  parts: { cause?: NotifiedChange['type']; actor?: string; first?: Receipt | null; at?: number } = {},
): PendingMessage {
  const change = { type: parts.cause ?? type, deviation: of, actor: parts.actor };
  const written = notification(channel, type, change, { publicUrl: PUBLIC_URL }, parts.at ?? NOW);
  return { ...written, tries: 0, first: parts.first ?? null };
}

/** As it is written, before any loop has seen it. */
export const unsent = ({ first: _first, tries: _tries, ...rest }: PendingMessage): OutboxMessage => rest;

/** A real picture that our own drawing made, so that services can read its size. */
export const PICTURE = readFileSync(join(__dirname, 'curve.png'));

class OnePicture extends DeviationPictures {
  constructor() {
    super({ find: async () => null }, null!, null!, () => undefined);
  }
  override async picture(): Promise<Buffer | null> {
    return PICTURE;
  }
}

export const tools = (
  clock: () => number = () => NOW,
  links = new SignedLinks(PUBLIC_URL, 'a secret of some length'),
): ChatTools => ({
  links,
  pictures: new OnePicture(),
  clock,
});
