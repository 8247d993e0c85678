// Which deviations are of one cause: the same data, the same side, about the same step.
import type { Deviation } from './deviation.js';
import { isSameCause } from './company.js';

const at = (startedAtStep: number, openedAtStep: number, kind: Deviation['kind'] = 'shift'): Deviation =>
  ({ kind, metric: 'loss', side: 'worse', dataOrder: 'shards-1', startedAtStep, openedAtStep }) as Deviation;

it.each([
  ['about the same step', at(1000, 1005), at(1020, 1022), true],
  ['steps further apart', at(1000, 1005), at(1021, 1022), false],
  ['onsets told apart no better than by how late the later was seen', at(1250, 1251), at(1301, 1373), true],
  ['values that are no number at one step', at(1250, 1250, 'non-finite'), at(1252, 1252, 'non-finite'), true],
  ['a value that is no number and a loss that steps up there', at(1250, 1250, 'non-finite'), at(1260, 1300), true],
  ['a value that is no number and a loss that steps up elsewhere', at(1250, 1250, 'non-finite'), at(1301, 1373), false],
])('%s', (_, a, b, same) => {
  expect(isSameCause(a, b)).toBe(same);
  expect(isSameCause(b, a)).toBe(same);
});

it('never of other data, of another side, or of another metric', () => {
  expect(isSameCause(at(1, 2), { ...at(1, 2), dataOrder: 'shards-2' })).toBe(false);
  expect(isSameCause({ ...at(1, 2), dataOrder: null }, { ...at(1, 2), dataOrder: null })).toBe(false);
  expect(isSameCause(at(1, 2), { ...at(1, 2), side: 'better' })).toBe(false);
  // Told by a validation a hundred steps later: how late it was seen reaches far.
  expect(isSameCause(at(1001, 1008), { ...at(1100, 1200), metric: 'val_loss' })).toBe(false);
});
