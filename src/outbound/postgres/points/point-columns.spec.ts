// Points as columns lie where they belong, the first value of a step standing.
import { bucketsOfColumns, columnsInPlace, columnsOfPoints, columnsOfSegment, joinColumns } from './point-columns.js';

const point = (attempt: number, step: number, seq: number, value = step) => ({ attempt, step, seq, time: seq, value });
const stepsOf = (points: ReturnType<typeof point>[]) => {
  const { attempts, steps, values } = columnsInPlace(columnsOfPoints(points));
  return Array.from(steps, (step, index) => [attempts[index], step, values[index]]);
};

describe('columns in place', () => {
  it('sort late points in, attempt by attempt', () => {
    expect(stepsOf([point(2, 1, 9), point(1, 7, 1), point(1, 8, 2), point(1, 3, 3)])).toEqual([
      [1, 3, 3],
      [1, 7, 7],
      [1, 8, 8],
      [2, 1, 1],
    ]);
  });

  it('keep the first of several values of a step, whichever part it came in', () => {
    expect(stepsOf([point(1, 5, 8, -8), point(1, 5, 3, -3), point(1, 5, 9, -9), point(1, 6, 4)])).toEqual([
      [1, 5, -3],
      [1, 6, 6],
    ]);
  });
});

describe('a segment', () => {
  const segment = {
    seqs: Float64Array.of(1, 2, 3, 4),
    steps: Float64Array.of(10, 20, 15, 30),
    times: Float64Array.of(1, 2, 3, 4),
    values: Float64Array.of(1, NaN, 3, 4),
    late: Uint8Array.of(0, 0, 1, 0),
  };

  it('gives the points of the range, both of its ends included', () => {
    const inside = columnsOfSegment(3, segment, { from: 15, to: 20 });
    expect([...inside.steps]).toEqual([20, 15]);
    expect([...inside.attempts]).toEqual([3, 3]);
  });

  it('joined with another makes buckets that no extreme and no gap is missing from', () => {
    const all = columnsInPlace(
      joinColumns([columnsOfSegment(1, segment, { from: 0, to: 99 }), columnsOfPoints([point(2, 1, 5, 1e9)])]),
    );
    expect(bucketsOfColumns(all, 3)).toMatchObject([
      { attempt: 1, stepFrom: 10, stepTo: 20, count: 3, nonfinite: 1, min: 1, max: 3, mean: 2 },
      { attempt: 1, stepFrom: 30, stepTo: 30, count: 1, min: 4, max: 4 },
      { attempt: 2, stepFrom: 1, stepTo: 1, count: 1, min: 1e9, max: 1e9 },
    ]);
  });
});
