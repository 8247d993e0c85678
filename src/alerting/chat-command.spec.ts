// Reactions and replies mean the same everywhere; what is no command is left alone.
import { actionOfReaction, actionOfReply } from './chat-command.js';

const AT = 1_000_000;
const HOUR = 3_600_000;

describe('a reply', () => {
  it.each([
    ['ack', { kind: 'acknowledge' }],
    ['  ACK! ', { kind: 'acknowledge' }],
    ['> <@bot> llama lost 12 %\n\nsnooze 1h', { kind: 'snooze', until: AT + HOUR }],
    ['snooze', { kind: 'snooze', until: AT + 8 * HOUR }],
    ['snooze for 30 min', { kind: 'snooze', until: AT + HOUR / 2 }],
    ['resolve', { kind: 'resolve' }],
    ['False alarm', { kind: 'false-alarm' }],
  ])('%j is a command', (text, action) => expect(actionOfReply(text, AT)).toEqual(action));

  it.each(['', 'ack this later please', 'is it a false alarm?', 'snooze forever', '> ack', 'resolve the merge first'])(
    '%j is none',
    (text) => expect(actionOfReply(text, AT)).toBeNull(),
  );
});

describe('a reaction', () => {
  it('means what the contract says, in either form of the sign', () => {
    expect(actionOfReaction('👀', AT)).toEqual({ kind: 'acknowledge' });
    expect(actionOfReaction('✅\ufe0f', AT)).toEqual({ kind: 'resolve' });
    expect(actionOfReaction('💤', AT)).toEqual({ kind: 'snooze', until: AT + 8 * HOUR });
    expect(actionOfReaction('❌', AT)).toEqual({ kind: 'false-alarm' });
  });
  it('of another kind means nothing', () => expect(actionOfReaction('👍', AT)).toBeNull());
});
