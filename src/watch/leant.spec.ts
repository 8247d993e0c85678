// When a run asks what it can lean on.
import { Leant } from './leant.js';

const at = (lastSeq: number, family?: string) => ({ lastSeq, metadata: { family } });
const scores = (score: number) => ({
  loss: { kinds: [], siblings: [], words: [], scores: [{ share: 0.4, score }] },
});

describe('leaning on finished runs', () => {
  it('asks first when a forecast is possible, then each time the run has grown by a fifth', () => {
    const leant = new Leant();
    expect(leant.due(at(63))).toBe(false);
    expect(leant.due(at(64))).toBe(true);
    leant.settle(at(100), {});
    expect(leant.due(at(119))).toBe(false);
    expect(leant.due(at(120))).toBe(true);
  });

  it('asks again where another run has finished or the family has become known', () => {
    const leant = new Leant();
    leant.settle(at(100), {});
    expect(leant.due(at(101, 'llama'))).toBe(true);
    leant.again();
    expect(leant.due(at(101))).toBe(true);
  });

  it('takes effect only where it says something new, from a context restored too', () => {
    const leant = new Leant();
    const entry = leant.settle(at(100), scores(1))!;
    expect(entry).toEqual({ seq: 101, kind: 'leaning', leaning: scores(1) });
    expect(leant.settle(at(120), scores(1))).toBeNull();
    expect(Leant.in([entry]).settle(at(120), scores(1))).toBeNull();
    expect(Leant.in([entry], 100).settle(at(120), scores(1))).not.toBeNull();
    expect(leant.settle(at(140), scores(2))).not.toBeNull();
  });
});
