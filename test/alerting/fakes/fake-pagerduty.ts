// PagerDuty's Events API v2 as documented: https://developer.pagerduty.com/docs/send-alert-event
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';

export interface PagerDutyEvent {
  routing_key?: string;
  event_action?: string;
  dedup_key?: string;
  payload?: { summary?: string; source?: string; severity?: string; timestamp?: string };
  images?: { src: string }[];
  links?: { href: string }[];
}
export interface PagerDutyAlert {
  status: 'triggered' | 'acknowledged' | 'resolved';
  /** Of the newest trigger. */
  summary: string;
  triggers: number;
}

export class FakePagerDuty extends FakeService {
  protected override readonly limits = [{ most: 120, perMs: 60_000 }];
  readonly routingKey = '0123456789abcdef0123456789abcdef';
  /** By deduplication key. */
  readonly alerts = new Map<string, PagerDutyAlert>();

  /** Its 429 names no wait. */
  protected tooMany(): FakeAnswer {
    return {
      status: 429,
      body: { status: 'throttle exceeded', message: 'Requests for this service are arriving too quickly' },
    };
  }

  protected answer(request: FakeRequest): FakeAnswer {
    if (request.method !== 'POST' || request.path !== '/v2/enqueue') return { status: 404 };
    if (request.body.length > 512 * 1024) return { status: 413 };
    const event = jsonOf<PagerDutyEvent>(request);
    const errors = event === null ? ['Event object is invalid'] : this.errorsOf(event);
    if (errors.length > 0)
      return { status: 400, body: { status: 'invalid event', message: 'Event object is invalid', errors } };
    this.apply(event!);
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: event!.dedup_key } };
  }

  private apply({ event_action: action, dedup_key: key = 'made up', payload }: PagerDutyEvent): void {
    const before = this.alerts.get(key);
    if (action !== 'trigger') {
      if (before) before.status = action === 'resolve' ? 'resolved' : 'acknowledged';
      return;
    }
    const status = before && before.status !== 'resolved' ? before.status : 'triggered';
    this.alerts.set(key, { status, summary: payload!.summary!, triggers: (before?.triggers ?? 0) + 1 });
  }

  private errorsOf({
    routing_key: key,
    event_action: action,
    dedup_key: dedup,
    payload,
    images,
    links,
  }: PagerDutyEvent): string[] {
    const wrong: [boolean, string][] = [
      [key !== this.routingKey, "'routing_key' is invalid"],
      [!['trigger', 'acknowledge', 'resolve'].includes(action ?? ''), "'event_action' is invalid"],
      [(dedup?.length ?? 0) > 255, "'dedup_key' is too long"],
    ];
    if (action !== 'trigger') wrong.push([!dedup, "'dedup_key' is missing or blank"]);
    else
      wrong.push(
        [!payload?.summary || payload.summary.length > 1_024, "'payload.summary' is missing, blank or too long"],
        [!payload?.source, "'payload.source' is missing or blank"],
        [!['critical', 'warning', 'error', 'info'].includes(payload?.severity ?? ''), "'payload.severity' is invalid"],
        [Number.isNaN(Date.parse(payload?.timestamp ?? '')), "'payload.timestamp' is invalid"],
        [(images ?? []).some(({ src }) => !src.startsWith('https://')), "'images' must be served via HTTPS"],
        [(links ?? []).some(({ href }) => !/^https?:\/\//.test(href)), "'links' are invalid"],
      );
    return wrong.flatMap(([isWrong, message]) => (isWrong ? [message] : []));
  }
}
