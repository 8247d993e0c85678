// Whether a request came from Slack, and now: https://docs.slack.dev/authentication/verifying-requests-from-slack
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's own advice: older requests may be somebody's replay. */
const OLDEST_SECONDS = 300;

export interface SlackHeaders {
  timestamp: string;
  signature: string;
}

/** Null where the request is Slack's own; else why not. */
export function slackRefusal(
  secrets: readonly string[],
  { timestamp, signature }: SlackHeaders,
  body: Buffer,
  nowMs: number,
): string | null {
  if (secrets.length === 0) return 'no slack channel has a signing_secret';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > OLDEST_SECONDS)
    return 'the time of the request is not now';
  const given = Buffer.from(signature);
  for (const secret of secrets) {
    const expected = Buffer.from(
      `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`,
    );
    if (given.length === expected.length && timingSafeEqual(given, expected)) return null;
  }
  return 'the signature is wrong';
}
