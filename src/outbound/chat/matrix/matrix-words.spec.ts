// Which events of a Matrix room ask for something, and for what.
import { type MatrixEvent, wordOf } from './matrix-words.js';

const AT = 1_764_000_000_000;
const event = (type: string, content: MatrixEvent['content'], sender = '@ada:test'): MatrixEvent => ({
  ...{ event_id: '$e', type, sender, origin_server_ts: AT, content },
});
const reaction = (key: string, sender?: string) =>
  event('m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$root', key } }, sender);
const said = (body: string, relation: MatrixEvent['content']['m.relates_to']) =>
  event('m.room.message', { msgtype: 'm.text', body, 'm.relates_to': relation });
const word = (of: MatrixEvent) => wordOf(of, '@offcurve:test');

it('takes the four reactions of whoever reacts', () => {
  expect(word(reaction('👀'))).toEqual({ about: '$root', action: { kind: 'acknowledge' }, actor: '@ada:test' });
  expect(word(reaction('✅\ufe0f'))).toMatchObject({ action: { kind: 'resolve' } });
  expect(word(reaction('❌'))).toMatchObject({ action: { kind: 'false-alarm' } });
});

it('counts a snooze from when it was said, however late it is read', () =>
  expect(word(reaction('💤'))!.action).toEqual({ kind: 'snooze', until: AT + 8 * 3_600_000 }));

it('takes a reply to the message, also below the quotation of older clients, and one in its thread', () => {
  const reply = said('> <@offcurve:test> lost 12 %\n\nack', { 'm.in_reply_to': { event_id: '$root' } });
  expect(word(reply)).toMatchObject({ about: '$root', action: { kind: 'acknowledge' } });
  const inThread = said('snooze 1h', {
    ...{ rel_type: 'm.thread', event_id: '$root' },
    'm.in_reply_to': { event_id: '$other' },
  });
  expect(word(inThread)).toMatchObject({ about: '$root', action: { kind: 'snooze', until: AT + 3_600_000 } });
});

it.each([
  ['talk', said('shall we resolve it?', { 'm.in_reply_to': { event_id: '$root' } })],
  ['a word that answers nothing', event('m.room.message', { msgtype: 'm.text', body: 'resolve' })],
  ['another reaction', reaction('👍')],
  ['its own reaction', reaction('👀', '@offcurve:test')],
  ['an edit', said('* resolve', { rel_type: 'm.replace', event_id: '$root' })],
  ['what was taken back', event('m.reaction', {})],
  [
    'a relation that is no text',
    event('m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: 7, key: 1 } }),
  ],
])('takes no action on %s', (_name, of) => expect(word(of)).toBeNull());
