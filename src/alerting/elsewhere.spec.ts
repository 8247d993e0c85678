// The hint of the same step in other runs: which runs it names, what it says they share, and when there is none.
import type { Deviation } from './deviation.js';
import { type SightedRun, type Sighting, updateDeviation } from './deviation-life.js';
import { elsewhere, sentence } from './elsewhere.js';

const of = (run: string | null, parts: Partial<Deviation> = {}): Deviation =>
  ({
    ...{ run, kind: 'shift', metric: 'loss', side: 'worse', startedAtStep: 1_000, openedAtStep: 1_004 },
    ...{ dataOrder: null, project: 'lm', eventId: null, elsewhere: null, falseAlarm: false },
    ...parts,
  }) as Deviation;
const among = (others: Deviation[]) => ({ near: () => Promise.resolve(others) });

describe('the same step in other runs', () => {
  it('names the other runs with their step and kind, three of them, and counts the rest', () => {
    const others = ['a', 'b', 'c', 'd', 'e'].map((run, n) => of(run, { startedAtStep: 1_000 + n }));
    expect(sentence(of('me'), others)).toBe(
      'the same step in other runs of the project lm: a at step 1,000 (shift), b at step 1,001 (shift), ' +
        'c at step 1,002 (shift) and 2 more left their curves there, too',
    );
  });

  it('says which batches they share where the run says how its data are ordered', () => {
    expect(sentence(of('me', { dataOrder: 'seed-7' }), [of('a', { kind: 'pending', dataOrder: 'seed-7' })])).toBe(
      'the same step in other runs that read the same batches (seed-7): a at step 1,000 (kind not yet clear) left their curves there, too',
    );
  });

  it.each([
    ['the run itself', of('me')],
    ['another metric', of('a', { metric: 'val_loss' })],
    ['another side', of('a', { side: 'better' })],
    ['a step further off than twenty', of('a', { startedAtStep: 1_021 })],
    ['what was called a false alarm', of('a', { falseAlarm: true })],
    ['a run that fell silent', of('a', { kind: 'silent' })],
    ['a data event', of(null, { kind: 'data-event' })],
  ])('is not said for %s', async (_, other) => {
    expect(await elsewhere(of('me'), among([other]))).toBeNull();
  });

  it('is said of a run that left its curve twenty steps off, once', async () => {
    const hint = await elsewhere(of('me'), among([of('a', { startedAtStep: 1_020 })]));
    expect(hint).toContain('a at step 1,020');
    expect(await elsewhere(of('me', { elsewhere: hint }), among([of('a')]))).toBeNull();
  });

  it('is not asked for a run of no project and no data order, nor for a part of a data event', async () => {
    expect(await elsewhere(of('me', { project: null }), among([of('a', { project: null })]))).toBeNull();
    expect(await elsewhere(of('me', { eventId: 'dev_event' }), among([of('a')]))).toBeNull();
  });

  it('stays the last of the evidence while the detector says more', () => {
    const run = { id: 'me', metadata: {}, spent: {}, msPerStep: null } as SightedRun;
    const seen = { ...of('me'), evidence: ['a step of 9 deviations'], computeShare: null } as unknown as Sighting;
    const before = of('me', {
      elsewhere: 'others, too',
      evidence: ['a step of 4 deviations', 'others, too'],
      version: 2,
    });
    expect(updateDeviation(run, before, seen).deviation.evidence).toEqual(['a step of 9 deviations', 'others, too']);
  });
});
