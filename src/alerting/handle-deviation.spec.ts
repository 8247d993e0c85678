// A person's action on a deviation: one result however often and by how many it is asked for.
import { deviation } from '../../test/postgres/change.js';
import { type HandlingAction, HandlingError, LONGEST_SNOOZE_MS, handled } from './handle-deviation.js';

const NOW = 1_000_000;
const HOUR = 3_600_000;
const open = deviation('a', { told: ['room'], heldUntil: NOW + 5, escalateAt: NOW + 10 });
const after = (before: typeof open, ...actions: [HandlingAction, string][]) =>
  actions.reduce((at, [action, actor]) => handled(at, action, actor, NOW).deviation, before);

describe('a person who', () => {
  it('acknowledges is named, and stops the escalation and what was held back', () =>
    expect(handled(open, { kind: 'acknowledge' }, 'ada', NOW)).toEqual({
      changed: true,
      type: 'acknowledged',
      deviation: {
        ...open,
        version: 2,
        status: 'acknowledged',
        acknowledgedBy: 'ada',
        heldUntil: null,
        escalateAt: null,
      },
    }));

  it('acknowledges second changes nothing and hears who was first', () => {
    const acked = after(open, [{ kind: 'acknowledge' }, 'ada']);
    const second = handled(acked, { kind: 'acknowledge' }, 'bob', NOW);
    expect(second).toEqual({ changed: false, reason: 'acknowledged already by ada', deviation: acked });
  });

  it('acknowledges what was snoozed ends the snooze', () =>
    expect(after(open, [{ kind: 'snooze', until: NOW + HOUR }, 'ada'], [{ kind: 'acknowledge' }, 'bob'])).toMatchObject(
      { status: 'acknowledged', acknowledgedBy: 'bob', snoozedUntil: null, version: 3 },
    ));

  it('snoozes for the same hour a few seconds later changes nothing', () => {
    const snoozed = after(open, [{ kind: 'snooze', until: NOW + HOUR }, 'ada']);
    expect(handled(snoozed, { kind: 'snooze', until: NOW + HOUR + 59_000 }, 'bob', NOW)).toMatchObject({
      changed: false,
      reason: 'snoozed already by ada',
    });
    expect(handled(snoozed, { kind: 'snooze', until: NOW + 8 * HOUR }, 'bob', NOW)).toMatchObject({
      changed: true,
      deviation: { snoozedUntil: NOW + 8 * HOUR, acknowledgedBy: 'bob' },
    });
  });

  it.each([NOW, NOW - 1, NaN, NOW + LONGEST_SNOOZE_MS + 1])('cannot snooze until %p', (until) =>
    expect(() => handled(open, { kind: 'snooze', until }, 'ada', NOW)).toThrow(HandlingError),
  );

  it('resolves ends it, once', () => {
    const over = after(open, [{ kind: 'resolve' }, 'ada']);
    expect(over).toMatchObject({ status: 'resolved', resolvedAt: NOW, resolvedBy: 'ada', falseAlarm: false });
    for (const kind of ['resolve', 'acknowledge'] as const)
      expect(handled(over, { kind }, 'bob', NOW)).toMatchObject({
        changed: false,
        reason: 'it was resolved already by ada',
      });
  });

  it('calls it a false alarm ends it and marks it', () =>
    expect(after(open, [{ kind: 'false-alarm' }, 'ada'])).toMatchObject({ status: 'resolved', falseAlarm: true }));

  it('calls one that ended by itself a false alarm marks it, and leaves its end as it was', () => {
    const over = deviation('a', { status: 'resolved', resolvedAt: 7 });
    const marked = after(over, [{ kind: 'false-alarm' }, 'ada']);
    expect(marked).toMatchObject({ resolvedAt: 7, resolvedBy: null, falseAlarm: true, version: 2 });
    expect(handled(marked, { kind: 'false-alarm' }, 'bob', NOW).changed).toBe(false);
  });
});
