// The message: what, which run, how sure, since when; observed and expected, the price, what is to be done.
import { message, shift, NOW } from '../../test/alerting/sample.js';
import { alertEventOf } from './alert-event.js';
import { alertText, plainAlert } from './alert-text.js';

const textOf = (...parts: Parameters<typeof message>) => plainAlert(alertText(alertEventOf(message(...parts).body)));

it('says in its first line what, which run, how sure, since when, and then all that is known', () =>
  expect(textOf('x', 'opened', shift()).split('\n')).toEqual([
    'llama-1b-03 lost 12 % (7–18 %) of its compute: shift of loss at step 41,200, 25 min ago',
    'Observed: loss 2.497 at step 41,260, expected 2.412 (2.395–2.430); on average 7.4 σ above',
    'Price: 12 % (7–18 %) of the compute so far: 2.6 B tokens, 310 GPU-hours, $775 ($452–$1,162)',
    'If nothing is done: the loss stays this far behind its curve',
    'Likely cause: the loss stepped up within 20 steps and stays there; the gradient norm did not move',
    'Advice: look at the data read from step 41,200 on; go back to the checkpoint before it if they are bad',
    'https://offcurve.example.org/runs/llama-1b-03',
  ]));

it('of a spike that is over before anyone has read of it says so', () => {
  const spike = shift({
    kind: 'spike',
    status: 'resolved',
    resolvedAt: NOW,
    version: 2,
    startedAt: NOW - 120_000,
    outlook: 'recovers',
  });
  expect(textOf('x', 'resolved', spike).split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(/^over: llama-1b-03 .*spike of loss at step 41,200, lasted 2 min$/),
    'over by itself before anybody acknowledged it',
  ]);
});

it.each([
  [{ status: 'acknowledged', acknowledgedBy: 'ada' }, 'acknowledged by ada'],
  [
    { status: 'snoozed', acknowledgedBy: 'ada', snoozedUntil: NOW + 3_600_000 },
    'snoozed by ada until 2026-11-24 13:00 UTC',
  ],
  [{ status: 'resolved', resolvedAt: NOW, acknowledgedBy: 'ada', outlook: 'recovers' }, 'over by itself'],
  [{ status: 'resolved', resolvedAt: NOW, acknowledgedBy: 'ada', outlook: 'grows' }, 'closed without coming back'],
  [{ status: 'resolved', resolvedAt: NOW, resolvedBy: 'bob' }, 'resolved by bob'],
  [{ status: 'resolved', resolvedAt: NOW, resolvedBy: 'bob', falseAlarm: true }, 'called a false alarm by bob'],
] as const)('says who did what: %j', (parts, state) =>
  expect(textOf('x', 'updated', shift({ version: 2, ...parts })).split('\n')[1]).toBe(state),
);

it('of a data event lists the runs, ten by name', () => {
  const runs = Array.from({ length: 40 }, (_, n) => `run-${n}`);
  const event = shift({ kind: 'data-event', run: null, runs, observed: null, expected: null });
  const text = textOf('x', 'opened', event);
  expect(text).toMatch(/^40 runs lost 12 % \(7–18 %\) of their compute: data-event at step 41,200, 25 min ago\n/);
  expect(text).toContain('40 runs: run-0, run-1, run-2, run-3, run-4, run-5, run-6, run-7, run-8, run-9 and 30 more');
});

it.each([
  [['divergence', 'spike'], 'bad'],
  [['spike'], 'warning'],
  [['better-than-predicted'], 'good'],
] as const)('is as loud as the worst part of a data event: %j', (partKinds, tone) => {
  const event = shift({ kind: 'data-event', run: null, runs: ['a', 'b'], partKinds: [...partKinds] });
  expect(alertText(alertEventOf(message('x', 'opened', event).body)).tone).toBe(tone);
});

it.each([
  ['escalated', 'nobody has acknowledged it yet'],
  ['snooze-ended', 'the snooze is over, and it still goes on'],
  ['silence-ended', 'the silence is over, and it still goes on'],
] as const)('says why it comes again where that is no news of the run: %s', (cause, state) =>
  expect(textOf('x', 'updated', shift({ version: 2 }), { cause }).split('\n')[1]).toBe(state),
);

it.each([
  [{ kind: 'better-than-predicted', side: 'better' }, false],
  [{ kind: 'noisier', side: 'both' }, false],
  [{ kind: 'non-finite' }, false],
  [{ kind: 'shift', side: 'worse' }, true],
] as const)('says that the loss stays behind only where it is: %j', (parts, says) =>
  expect(textOf('x', 'opened', shift(parts)).includes('stays this far behind')).toBe(says),
);
