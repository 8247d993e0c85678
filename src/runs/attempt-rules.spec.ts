// The rules of attempts, late records, repeats, parts and conflicts, each by a short story.
import { type AttemptState, type Placement, advance, freshAttemptState, lookupFor, place } from './attempt-rules.js';
import type { KnownPoint } from './point-row.js';

/** Feeds records to the rules with a store that remembers all, and tells what became of each. */
class Story {
  readonly state: AttemptState = freshAttemptState();
  private readonly stored: { seq: number; attempt: number; step: number; values: (number | null)[] }[] = [];
  private seq = 0;

  tell(step: number, values: (number | null)[], attempt: number | null = null): Placement {
    const record = { step, values, attempt };
    const asked = lookupFor(this.state, record);
    const placement = place(this.state, record, asked ? this.find(asked.attempt, asked.step) : null);
    if ('values' in placement) {
      if (placement.kind === 'new-attempt')
        for (const row of this.stored.filter((row) => placement.moved.includes(row.seq)))
          row.attempt = placement.attempt;
      this.stored.push({ seq: ++this.seq, attempt: placement.attempt, step, values: placement.values });
    }
    advance(this.state, record, placement, this.seq);
    return placement;
  }

  steps(attempt: number): number[] {
    return this.stored.filter((row) => row.attempt === attempt).map((row) => row.step);
  }

  private find(attempt: number, step: number): KnownPoint | null {
    const rows = this.stored.filter((row) => row.attempt === attempt && row.step === step);
    if (rows.length === 0) return null;
    const values: (number | null)[] = [];
    for (const row of rows) row.values.forEach((value, metric) => (values[metric] ??= value));
    return { attempt, step, values };
  }
}

const told = (...steps: number[]): Story => {
  const story = new Story();
  for (const step of steps) story.tell(step, [step / 100]);
  return story;
};

describe('attempt rules, no attempt named', () => {
  it('takes rising steps as the first attempt, in order', () => {
    const story = new Story();
    expect(story.tell(5, [3.1])).toMatchObject({ kind: 'in-order', attempt: 1 });
    expect(story.tell(6, [3.0])).toMatchObject({ kind: 'in-order', attempt: 1 });
  });

  it('stores a single earlier unknown step as late', () => {
    const story = told(10, 20, 30);
    expect(story.tell(25, [0.25])).toMatchObject({ kind: 'late', attempt: 1 });
    expect(story.tell(40, [0.4])).toMatchObject({ kind: 'in-order', attempt: 1 });
  });

  it('completes the newest step with new metrics', () => {
    const story = told(10);
    expect(story.tell(10, [null, 2.5])).toEqual({ kind: 'part', attempt: 1, values: [null, 2.5], conflict: false });
  });

  it('completes an earlier step with new metrics, also when the old ones are sent again', () => {
    const story = told(10, 20);
    expect(story.tell(10, [0.1, 2.5])).toEqual({ kind: 'part', attempt: 1, values: [null, 2.5], conflict: false });
  });

  it('drops equal values as a repeat, NaN among them', () => {
    const story = new Story();
    story.tell(10, [NaN]);
    story.tell(20, [1]);
    expect(story.tell(10, [NaN])).toEqual({ kind: 'repeat' });
    expect(story.tell(20, [1])).toEqual({ kind: 'repeat' });
  });

  it('begins a new attempt at another value of an earlier step', () => {
    const story = told(10, 20, 30);
    expect(story.tell(20, [9])).toMatchObject({ kind: 'new-attempt', attempt: 2, moved: [] });
    expect(story.tell(30, [9])).toMatchObject({ kind: 'in-order', attempt: 2 });
  });

  it('begins a new attempt at the third rising unknown step behind the newest, and moves the first two into it', () => {
    const story = told(100, 200, 300);
    expect(story.tell(111, [1]).kind).toBe('late');
    expect(story.tell(122, [1]).kind).toBe('late');
    expect(story.tell(133, [1])).toMatchObject({ kind: 'new-attempt', attempt: 2, moved: [4, 5] });
    expect(story.steps(1)).toEqual([100, 200, 300]);
    expect(story.steps(2)).toEqual([111, 122, 133]);
  });

  it('needs them in a row and rising', () => {
    const story = told(100, 200, 300);
    story.tell(111, [1]);
    story.tell(122, [1]);
    story.tell(400, [4]);
    expect(story.tell(133, [1]).kind).toBe('late');
    expect(story.tell(120, [1]).kind).toBe('late');
    expect(story.tell(144, [1]).kind).toBe('late');
    expect(story.tell(155, [1])).toMatchObject({ kind: 'new-attempt', moved: [8, 9] });
  });

  it('moves the rising rows along when a known step with another value confirms the restart', () => {
    const story = told(100, 200, 300);
    story.tell(150, [1]);
    expect(story.tell(200, [9])).toMatchObject({ kind: 'new-attempt', attempt: 2, moved: [4] });
  });

  it('keeps the first of two values at the newest step and says that they conflict', () => {
    const story = told(10);
    expect(story.tell(10, [9])).toEqual({ kind: 'conflict', attempt: 1 });
    expect(story.tell(10, [9, 2])).toEqual({ kind: 'part', attempt: 1, values: [null, 2], conflict: true });
  });
});

describe('attempt rules, attempt named', () => {
  it('follows the sender to a later attempt, whatever the step', () => {
    const story = told(10, 20);
    expect(story.tell(50, [1], 3)).toMatchObject({ kind: 'new-attempt', attempt: 3, moved: [] });
  });

  it('stores a record of an older attempt there, late', () => {
    const story = told(10, 20);
    story.tell(5, [1], 2);
    expect(story.tell(30, [3], 1)).toMatchObject({ kind: 'late', attempt: 1 });
  });

  it('never begins an attempt by itself where the sender counts', () => {
    const story = new Story();
    for (const step of [100, 200, 300]) story.tell(step, [1], 1);
    for (const step of [110, 120, 130]) expect(story.tell(step, [1], 1).kind).toBe('late');
    expect(story.tell(200, [9], 1)).toEqual({ kind: 'conflict', attempt: 1 });
  });
});
