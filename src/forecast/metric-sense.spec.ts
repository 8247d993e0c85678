// Which metrics rise, and how they are turned.
import { abstained } from '../core/curves/curve-forecast.js';
import { ceilingOf, falling, inOwnSense } from './metric-sense.js';

describe('the sense of a metric', () => {
  it.each(['accuracy', 'val_acc', 'eval/accuracy', 'mmlu_acc', 'pass@1', 'f1', 'top1_accuracy'])(
    '%s rises to 1',
    (name) => {
      expect(ceilingOf(name)).toBe(1);
    },
  );

  it.each(['loss', 'val_loss', 'perplexity', 'grad_norm', 'bits_per_byte', 'accumulated_loss', 'emb_loss'])(
    '%s falls',
    (name) => {
      expect(ceilingOf(name)).toBeNull();
    },
  );

  it('reads per cent from the name, leaves out what lies outside, and keeps a perfect score finite', () => {
    expect(falling(ceilingOf('accuracy_percent'), 60)).toBe(40);
    expect(falling(ceilingOf('accuracy'), 60)).toBeNaN();
    expect(falling(ceilingOf('accuracy'), 1)).toBeGreaterThan(0);
  });

  it('turns intervals about: what is missing at most is the lower bound', () => {
    const forecast = { ...abstained(''), final: { loss: 0.4, lower: 0.3, upper: 0.55 } };
    expect(inOwnSense('accuracy', forecast).final).toEqual({ loss: 0.6, lower: expect.closeTo(0.45), upper: 0.7 });
    expect(inOwnSense('loss', forecast)).toBe(forecast);
  });
});
