// Plans that contradict themselves, and plans that only look so.
import { decodeRunAnnouncement } from './run-announcement.js';

const cosine = { kind: 'cosine', peak: 3e-4, min: 3e-5, warmup_steps: 100 };
const wsd = { kind: 'wsd', peak: 3e-4, warmup_steps: 100, decay_steps: 400 };
const custom = (...points: [number, number][]) => ({ schedule: { kind: 'custom', points } });

it.each<[string, object, string]>([
  ['min above peak', { schedule: { ...cosine, min: 3e-3 } }, 'schedule.min'],
  ['a min that cannot be a share of the peak left out', { schedule: { kind: 'linear', min: 3 } }, 'schedule.min'],
  ['a peak of zero', { schedule: { ...cosine, peak: 0, min: 0 } }, 'schedule.peak'],
  ['a negative peak', { schedule: { ...cosine, peak: -1 } }, 'schedule.peak'],
  ['a negative warm-up', { schedule: { ...cosine, warmup_steps: -1 } }, 'schedule.warmup_steps'],
  ['a decay over no step', { schedule: { ...cosine, decay_steps: 0 } }, 'schedule.decay_steps'],
  ['custom without its points', { schedule: { kind: 'custom', peak: 3e-4 } }, 'schedule.points'],
  ['custom with none', custom(), 'schedule.points'],
  ['points that go back', custom([0, 1e-3], [500, 1e-4], [400, 1e-5]), 'schedule.points.2'],
  ['points that end where they begin', custom([0, 3e-4]), 'schedule.points'],
  ['points without a rate', custom([0, 0], [500, 0]), 'schedule.points'],
  ['a negative rate among points', custom([0, 1e-3], [500, -1e-4]), 'schedule.points.1.1'],
  ['a decay that begins before the warm-up ends', { schedule: wsd, planned_steps: 450 }, 'schedule.decay_steps'],
  [
    'a decay longer than the run',
    { schedule: { ...wsd, warmup_steps: 0 }, planned_steps: 300 },
    'schedule.decay_steps',
  ],
  [
    'the same of a run planned in tokens',
    { schedule: wsd, planned_tokens: 4_500, tokens_per_step: 10 },
    'schedule.decay_steps',
  ],
  [
    'tokens that the steps do not have',
    { planned_tokens: 1e9, planned_steps: 100, tokens_per_step: 1e6 },
    'planned_tokens',
  ],
  [
    'tokens that the planned batches do not have',
    { planned_tokens: 1e9, planned_steps: 100, batch_schedule: [[0, 1e6]] },
    'planned_tokens',
  ],
  ['a part of the parameters above all', { params: 1e9, params_non_embedding: 1.1e9 }, 'params_non_embedding'],
])('%s is refused with its field and a fix', (_, plan, field) => {
  expect(decodeRunAnnouncement({ run: 'a', ...plan })).toEqual({
    ok: false,
    rejection: { field, reason: expect.stringMatching(/\w/), fix: expect.stringMatching(/\w/) },
  });
});

it.each<[string, object]>([
  ['a run cut short within its warm-up', { schedule: { ...cosine, warmup_steps: 2_000 }, planned_steps: 50 }],
  ['a wsd run cut short within its warm-up', { schedule: wsd, planned_steps: 50 }],
  ['a run cut short within its decay', { schedule: { ...cosine, decay_steps: 10_000 }, planned_steps: 5_000 }],
  ['a run that goes on at the least rate', { schedule: { ...cosine, decay_steps: 1_000 }, planned_steps: 5_000 }],
  ['warm-up and decay with nothing between', { schedule: wsd, planned_steps: 500 }],
  ['wsd without a decay', { schedule: { ...wsd, decay_steps: 0 }, planned_steps: 50 }],
  ['min at the peak', { schedule: { ...cosine, min: 3e-4 } }],
  ['a constant rate beside the min of another config', { schedule: { kind: 'constant', peak: 1e-5, min: 3e-5 } }],
  ['a jump between two points', custom([0, 1e-3], [500, 1e-3], [500, 1e-4], [900, 1e-4])],
  ['restarts that go up again', custom([0, 0], [10, 1e-3], [500, 0], [510, 1e-3], [900, 0])],
  ['tokens in rounded figures', { planned_tokens: 2e9, planned_steps: 1_000, tokens_per_step: 2 ** 20 }],
  [
    'tokens counted with those of the run it goes on from',
    { planned_tokens: 1e12, planned_steps: 10, tokens_per_step: 1e6, parent: { run: 'b', step: 5 } },
  ],
])('%s is taken', (_, plan) => {
  expect(decodeRunAnnouncement({ run: 'a', ...plan })).toMatchObject({ ok: true, value: { metadata: plan } });
});

it('names unknown keys inside a schedule or a parent, which are left out', () => {
  const decoded = decodeRunAnnouncement({
    run: 'a',
    schedule: { ...cosine, max_lr: 1 },
    parent: { run: 'b', step: 1, loss: 2 },
  });
  expect(decoded).toMatchObject({ ok: true, ignored: ['schedule.max_lr', 'parent.loss'] });
});
