// How far a law misses: learnt from the table's own misses, drawn towards the usual one.
import { calibrate } from './calibration.js';
import type { Origin } from './rolling-misses.js';

const origin = (miss: number, rows = 1): Origin => ({
  ...{ rows: 20, compute: 1e20 },
  misses: Array.from({ length: rows }, () => ({ distance: 1, miss })),
});

describe('calibrate', () => {
  it('believes what laws usually miss by where the table is too small to try it', () => {
    const { scale, origins, tested_to } = calibrate([], 0.003, 1e21, true);
    expect(scale).toBeCloseTo(0.76 * 0.007, 10);
    expect({ origins, tested_to }).toEqual({ origins: 0, tested_to: 1 });
  });

  it('widens with the misses of the refits near the top more than with those far below', () => {
    const [bad, good] = [origin(0.02, 20), origin(0.001, 20)];
    const many = Array.from({ length: 8 }, () => good);
    const near = calibrate([bad, ...many], 0.003, 1e21, true).scale;
    const far = calibrate([...many, bad], 0.003, 1e21, true).scale;
    expect(near).toBeGreaterThan(1.05 * far);
  });

  it('takes a refit with many rows beyond it for more than one with a single row', () => {
    const [many, one] = [origin(0.03, 30), origin(0.03, 1)];
    expect(calibrate([many], 0.003, 1e21, true).scale).toBeGreaterThan(1.3 * calibrate([one], 0.003, 1e21, true).scale);
  });

  it('gives up its belief in the usual miss where a table misses many times as far', () => {
    const usual = calibrate([], 0.003, 1e21, true).scale;
    const origins = (miss: number): Origin[] => Array.from({ length: 5 }, () => origin(miss, 20));
    const scale = (times: number): number => calibrate(origins(times * 0.007), 0.003, 1e21, true).scale / usual;
    // Somewhat worse tables are still drawn towards the usual; one ten times as bad is nearly taken at its word.
    expect(scale(1.5)).toBeLessThan(1.25);
    expect(scale(10)).toBeGreaterThan(6);
  });
});
