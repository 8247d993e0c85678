// What a monitor learns of a run's metadata.
import { monitorPlan } from './monitor-plan.js';

describe('the plan of a run', () => {
  it('that is planned in tokens ends where its batches have gone through them', () => {
    const batch_schedule: [number, number][] = [
      [0, 100],
      [1_000, 400],
    ];
    expect(monitorPlan({ planned_tokens: 300_000, batch_schedule })).toMatchObject({
      plannedSteps: 1_500,
      batches: batch_schedule,
    });
    expect(monitorPlan({ planned_tokens: 300_000, tokens_per_step: 100 })).toMatchObject({ plannedSteps: 3_000 });
  });

  it('keeps to the steps that are planned, and knows of no end where nothing says how large a step is', () => {
    expect(monitorPlan({ planned_tokens: 300_000, tokens_per_step: 100, planned_steps: 700 }).plannedSteps).toBe(700);
    expect(monitorPlan({ planned_tokens: 300_000 }).plannedSteps).toBeNull();
  });
});
