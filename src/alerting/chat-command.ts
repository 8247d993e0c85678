// What people say in chat, as actions: names of buttons, reactions, replies (the contract of handling from chat).
import { DEFAULT_SNOOZE_MS, type HandlingAction } from './handle-deviation.js';

const HOUR_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, min: 60_000, h: HOUR_MS, d: 24 * HOUR_MS };

/** Names that buttons and signed links carry. */
export const ACTION_NAMES = {
  acknowledge: 'Acknowledge',
  'snooze-1h': 'Snooze for 1 hour',
  'snooze-8h': 'Snooze for 8 hours',
  resolve: 'Resolve',
  'false-alarm': 'Call it a false alarm',
} as const;
export type ActionName = keyof typeof ACTION_NAMES;

export const isActionName = (name: string): name is ActionName => Object.hasOwn(ACTION_NAMES, name);

/** @param at when it was pressed (ms): a snooze counts from then, so that the same press twice asks for the same */
export function actionNamed(name: ActionName, at: number): HandlingAction {
  switch (name) {
    case 'acknowledge':
    case 'resolve':
    case 'false-alarm':
      return { kind: name };
    case 'snooze-1h':
      return { kind: 'snooze', until: at + HOUR_MS };
    case 'snooze-8h':
      return { kind: 'snooze', until: at + DEFAULT_SNOOZE_MS };
  }
}

/** 👀 💤 ✅ ❌, with or without the selector that asks for the coloured form; null for any other reaction. */
export function actionOfReaction(reaction: string, at: number): HandlingAction | null {
  switch (reaction.replace(/[\ufe0e\ufe0f]/g, '').trim()) {
    case '👀':
      return actionNamed('acknowledge', at);
    case '💤':
      return actionNamed('snooze-8h', at);
    case '✅':
      return actionNamed('resolve', at);
    case '❌':
      return actionNamed('false-alarm', at);
    default:
      return null;
  }
}

/** Short names of the signs above, the same in Slack, Mattermost and Rocket.Chat. */
const SHORT_NAMES: Readonly<Record<string, string>> = { eyes: '👀', zzz: '💤', white_check_mark: '✅', x: '❌' };

/** A reaction by its short name, without colons; null for any other. */
export const actionOfShortName = (name: string, at: number): HandlingAction | null =>
  actionOfReaction(Object.hasOwn(SHORT_NAMES, name) ? SHORT_NAMES[name]! : '', at);

/** `ack`, `snooze`, `snooze 1h`, `resolve`, `false alarm`, alone on the first line that is no quotation; else null. */
export function actionOfReply(text: string, at: number): HandlingAction | null {
  const line = text
    .split('\n')
    .map((part) => part.trim())
    .find((part) => part !== '' && !part.startsWith('>'));
  const words =
    line
      ?.toLowerCase()
      .replace(/[.!]+$/, '')
      .replace(/\s+/g, ' ') ?? '';
  if (/^(ack|acknowledged?)$/.test(words)) return { kind: 'acknowledge' };
  if (/^resolved?$/.test(words)) return { kind: 'resolve' };
  if (/^false[ -]alarm$/.test(words)) return { kind: 'false-alarm' };
  const snooze = /^snooze(?: (?:for )?(\d{1,4}) ?(m|min|h|d))?$/.exec(words);
  if (!snooze) return null;
  const ms = snooze[1] === undefined ? DEFAULT_SNOOZE_MS : Number(snooze[1]) * UNITS[snooze[2]!]!;
  return { kind: 'snooze', until: at + ms };
}
