// Schedules that contradict themselves: each number may be right, and together they describe no learning rate.
import { type Rejection, problem } from './rejection.js';
import type { Schedule } from './schedule.js';

/**
 * What in a schedule cannot be together, or null. `field` is inside the schedule, such as `min`. A plan that goes on
 * longer than its run is none of it: runs are cut short, and a constant rate may have the min of another config.
 */
export function scheduleProblem(schedule: Schedule): Rejection | null {
  const { kind, peak, min, decay_steps: decay, points } = schedule;
  if (points !== undefined && points.length > 0) return pointsProblem(points);
  if (kind === 'custom')
    return problem('points', 'custom is its points, and there are none', 'send them: [[step, lr], …]');
  if (peak === 0)
    return problem(
      'peak',
      'a peak of 0 is no learning',
      'send the highest rate, or leave peak out for the shape alone',
    );
  if (kind === 'constant') return null;
  if (min !== undefined && min > (peak ?? 1))
    return peak === undefined
      ? problem('min', `min is ${min} and the peak is left out, which makes it a share of it`, 'send the peak, too')
      : problem('min', `min (${min}) is above peak (${peak})`, 'send the highest rate as peak and the last one as min');
  if (decay === 0 && kind !== 'wsd')
    return problem(
      'decay_steps',
      `a ${kind} of 0 steps goes nowhere`,
      "send the steps of the decay, leave them out for one that lasts to the run's end, or send kind constant",
    );
  return null;
}

function pointsProblem(points: NonNullable<Schedule['points']>): Rejection | null {
  // Two points at one step are a jump.
  const back = points.findIndex(([step], i) => i > 0 && step < points[i - 1]![0]);
  if (back > 0)
    return problem(
      `points.${back}`,
      `step ${points[back]![0]} comes behind step ${points[back - 1]![0]}`,
      'send the points by rising step; a jump is two points at one step',
    );
  if (points.at(-1)![0] === 0)
    return problem(
      'points',
      'the plan ends at step 0',
      'send points to the last step of the run, or kind constant with its peak',
    );
  if (points.every(([, rate]) => rate === 0))
    return problem('points', 'all rates are 0', 'send the rates that the optimiser is given');
  return null;
}
