// What stands in for messages that a rate holds back: as loud as the worst of them, which comes first.
import { message, shift } from '../../test/alerting/sample.js';
import { alertEventOf } from './alert-event.js';
import { alertText } from './alert-text.js';
import { heldBackSummary } from './held-back.js';

const RATE = { most: 2, perMs: 600_000 };
const over = shift({ id: 'dev_over', run: 'over', status: 'resolved', resolvedAt: 1, kind: 'divergence' });
const better = shift({ id: 'dev_better', run: 'better', kind: 'better-than-predicted', side: 'better' });
const drift = shift({ id: 'dev_drift', run: 'drifts', kind: 'drift' });
const event = shift({ id: 'dev_event', run: null, runs: ['a', 'b'], kind: 'data-event', partKinds: ['divergence'] });

const summaryOf = (...held: Parameters<typeof shift>[0][]) =>
  alertText(
    alertEventOf(
      heldBackSummary(
        'x',
        held.map((one) => message('x', 'opened', shift(one)).body),
        RATE,
        1_000,
      ).body,
    ),
  );

it('wakes whoever the worst of them would have woken, and nobody for an end or good news', () => {
  expect(summaryOf(drift, event).tone).toBe('bad');
  expect(summaryOf(better, drift).tone).toBe('warning');
  expect(summaryOf(better, over).tone).toBe('neutral');
});

it('names a data event of diverging runs before a run that drifts', () =>
  expect(summaryOf(drift, event).rows[0]!.text).toMatch(/^2 runs /));
