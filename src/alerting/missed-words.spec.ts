// What stands at a message when somebody listens again: carried out is what nobody has carried out, and nothing is undone.
import { type FoundWord, type OpenMessage, missedWords } from './missed-words.js';

const open = (parts: Partial<OpenMessage> = {}): OpenMessage => ({
  ...{ deviation: 'dev_a', ids: ['1'], done: [], doneAt: null, ...parts },
});
const sign = (kind: 'acknowledge' | 'resolve', actor = 'ada'): FoundWord => ({ action: { kind }, actor, at: null });
const reply = (at: number, actor = 'bob'): FoundWord => ({ action: { kind: 'resolve' }, actor, at });

it('takes all where nobody has done anything, signs first, replies in the order in which they were said', () =>
  expect(missedWords(open(), [reply(30), reply(20), sign('acknowledge')])).toEqual([
    sign('acknowledge'),
    reply(20),
    reply(30),
  ]));

it('leaves a sign alone once somebody has done the same, whoever it was, and takes another one', () =>
  expect(
    missedWords(open({ done: ['acknowledged', 'snoozed'], doneAt: 50 }), [sign('acknowledge'), sign('resolve')]),
  ).toEqual([sign('resolve')]));

it('leaves replies alone that are no later than what was done last', () =>
  expect(missedWords(open({ done: ['snoozed'], doneAt: 50 }), [reply(49), reply(50), reply(51)])).toEqual([reply(51)]));
