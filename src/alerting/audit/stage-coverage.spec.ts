// Stages of training: which one a step at the edge belongs to, and what is in none.
import { addCoverage } from './coverage.js';
import { FamilyCoverage, StageCoverage, stageAt } from './stage-coverage.js';

describe('the stage of a step', () => {
  it.each([
    [0, 1_000, 0],
    [200, 1_000, 0],
    [201, 1_000, 1],
    [600, 1_000, 2],
    [1_000, 1_000, 4],
    [1_500, 1_000, 4],
    [5, null, null],
    [0, 0, null],
  ])('%i of %p is %p', (step, end, stage) => {
    expect(stageAt(step, end)).toBe(stage);
  });
});

describe('coverage by stage', () => {
  it('has what is in no stage beside the stages, and in the sum', () => {
    const coverage = new StageCoverage();
    addCoverage(coverage.at(4), { points: 5, below: 1, above: 0 });
    addCoverage(coverage.at(null), { points: 3, below: 0, above: 2 });
    expect(coverage.stages.map(({ points }) => points)).toEqual([0, 0, 0, 0, 5]);
    expect(coverage.unknown).toEqual({ points: 3, below: 0, above: 2 });
    expect(coverage.all).toEqual({ points: 8, below: 1, above: 2 });
  });

  it('is apart for each family, by name, runs of none first', () => {
    const families = new FamilyCoverage();
    for (const family of ['b', null, 'a', 'b']) families.of(family).at(0).points++;
    expect(families.byFamily.map(({ family, coverage }) => [family, coverage.all.points])).toEqual([
      [null, 1],
      ['a', 1],
      ['b', 2],
    ]);
  });
});
