// The message as a document that every channel renders in its own format: what, how sure, what it costs, what to do.
import { type AlertEvent, type AlertedDeviation, isDeviation } from './alert-event.js';
import { durationText, lossText, percentRange, shortNumber, wholeNumber } from './number-text.js';

/** How it should strike the eye: `bad` wakes people, `over` is greyed. */
export type AlertTone = 'bad' | 'warning' | 'good' | 'over' | 'neutral';

export interface AlertRow {
  label: string;
  text: string;
}

/** Plain text in all parts: nothing in it is markup. Run names and tags stand in it as they came. */
export interface AlertText {
  /** The first line: what, which run, how sure, since when. */
  title: string;
  tone: AlertTone;
  /** How it stands: who acknowledged, until when it sleeps. Null while nobody has touched it. */
  state: string | null;
  rows: AlertRow[];
  /** Where the run can be looked at. */
  url: string | null;
  /** Whether it can still be handled. */
  open: boolean;
}

const TONES: Readonly<Record<string, AlertTone>> = {
  divergence: 'bad',
  'non-finite': 'bad',
  shift: 'bad',
  drift: 'warning',
  spike: 'warning',
  'better-than-predicted': 'good',
};
/** From what wakes people to what they need not look at. */
export const LOUDEST: readonly AlertTone[] = ['bad', 'warning', 'neutral', 'good', 'over'];
const OUTLOOKS = {
  recovers: 'it should come back to its curve by itself',
  persists: 'the loss stays this far behind its curve',
  grows: 'it falls further behind with every step',
} as const;

/** The document of one message; times are told as of the moment at which the message was written. */
export function alertText(event: AlertEvent): AlertText {
  const { data } = event;
  if (!isDeviation(data)) {
    const rows = (data.lines ?? []).map((text) => ({ label: '', text }));
    const tone = LOUDEST.find((one) => one === data.tone) ?? 'neutral';
    return { title: data.headline, tone, state: null, rows, url: data.url ?? null, open: false };
  }
  const rows = [
    observedRow(data),
    priceRow(data),
    runsRow(data),
    outlookRow(data),
    data.evidence.length > 0 && { label: 'Likely cause', text: data.evidence.join('; ') },
    data.advice !== null && data.status !== 'resolved' && { label: 'Advice', text: data.advice },
  ].filter((row): row is AlertRow => Boolean(row));
  return {
    title: titleOf(data, Date.parse(event.time)),
    tone: data.status === 'resolved' ? 'over' : toneOf(data),
    state: stateOf(data),
    rows,
    url: data.url,
    open: data.status !== 'resolved',
  };
}

/** The plain-text form that stands in wherever nothing else is understood. */
export function plainAlert(text: AlertText): string {
  const lines = [text.title];
  if (text.state) lines.push(text.state);
  for (const { label, text: row } of text.rows) lines.push(label ? `${label}: ${row}` : row);
  if (text.url) lines.push(text.url);
  return lines.join('\n');
}

/** A data event is as loud as its worst part. */
function toneOf({ kind, side, part_kinds: parts = [] }: AlertedDeviation): AlertTone {
  if (kind === 'off-law' && side === 'better') return 'good';
  const tones = (kind === 'data-event' && parts.length > 0 ? parts : [kind]).map((one) => TONES[one] ?? 'warning');
  return LOUDEST.find((tone) => tones.includes(tone))!;
}

function titleOf(data: AlertedDeviation, now: number): string {
  const began = Date.parse(data.started_at ?? data.opened_at);
  if (data.status !== 'resolved') return `${data.headline}, ${durationText(now - began)} ago`;
  return `${data.headline}, lasted ${durationText(Date.parse(data.resolved_at!) - began)}`;
}

function stateOf(data: AlertedDeviation): string | null {
  switch (data.status) {
    case 'acknowledged':
      return `acknowledged by ${data.acknowledged_by}`;
    case 'snoozed':
      return `snoozed by ${data.acknowledged_by} until ${minuteText(data.snoozed_until!)}`;
    case 'resolved': {
      if (data.false_alarm) return `called a false alarm by ${data.actor ?? data.resolved_by}`;
      if (data.resolved_by !== null) return `resolved by ${data.resolved_by}`;
      // Whoever reads it only now need not look for what they missed; what ended with its run has not healed.
      const end =
        data.outlook === 'persists' || data.outlook === 'grows' ? 'closed without coming back' : 'over by itself';
      return data.acknowledged_by === null ? `${end} before anybody acknowledged it` : end;
    }
    case 'open':
      return OPEN_STATES[data.change] ?? null;
  }
}

/** Whoever is woken by what is no news of the run reads why. */
const OPEN_STATES: Readonly<Record<string, string>> = {
  escalated: 'nobody has acknowledged it yet',
  'snooze-ended': 'the snooze is over, and it still goes on',
  'silence-ended': 'the silence is over, and it still goes on',
};

const minuteText = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

function observedRow(data: AlertedDeviation): AlertRow | null {
  const { observed, expected, expected_lower: lower, expected_upper: upper, metric, step, sigma } = data;
  const at = `at step ${wholeNumber(step)}`;
  // One gap for all four numbers: they are read side by side.
  const other = observed ?? upper;
  const gap = expected === null || other === null ? null : Math.abs(other - expected);
  const seen = observed !== null ? lossText(observed, gap) : data.observed_nonfinite;
  if (seen === null) return null;
  if (expected === null) return { label: 'Observed', text: `${metric} ${seen} ${at}` };
  const band = lower !== null && upper !== null ? ` (${lossText(lower, gap)}–${lossText(upper, gap)})` : '';
  // It is the mean over a while that is so far off: a single value can lie within its band all the same.
  const mean = data.kind === 'off-law' ? ',' : '; on average';
  const off = sigma === null ? '' : `${mean} ${Math.abs(sigma).toFixed(1)} σ ${sigma > 0 ? 'above' : 'below'}`;
  return { label: 'Observed', text: `${metric} ${seen} ${at}, expected ${lossText(expected, gap)}${band}${off}` };
}

function priceRow({ price, side }: AlertedDeviation): AlertRow | null {
  const { compute_share: share, tokens, gpu_hours: hours, usd } = price;
  if (share === null || side !== 'worse' || share.value <= 0) return null;
  const parts = [
    tokens && `${shortNumber(tokens.value)} tokens`,
    hours && `${shortNumber(hours.value)} GPU-hours`,
    usd && `$${wholeNumber(usd.value)} ($${wholeNumber(usd.lower)}–$${wholeNumber(usd.upper)})`,
  ].filter(Boolean);
  return {
    label: 'Price',
    text: `${percentRange(share)} of the compute so far${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`,
  };
}

/** Of what is lasting the words are about a loss behind its curve: of better ones, of noise and of values that are none they are not true. */
function outlookRow({ outlook, status, side, kind }: AlertedDeviation): AlertRow | null {
  if (outlook === null || status === 'resolved') return null;
  if (outlook !== 'recovers' && (side !== 'worse' || kind === 'noisier' || kind === 'non-finite')) return null;
  return { label: 'If nothing is done', text: OUTLOOKS[outlook] };
}

const MOST_RUNS_NAMED = 10;

function runsRow({ runs }: AlertedDeviation): AlertRow | null {
  if (runs.length < 2) return null;
  const more = runs.length - MOST_RUNS_NAMED;
  return {
    label: `${runs.length} runs`,
    text: runs.slice(0, MOST_RUNS_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : ''),
  };
}
