// Values as others read them.
import { plainJson } from './plain-json.js';

describe('plain JSON', () => {
  it('writes our names in snake_case and leaves those of a law’s parameters', () => {
    expect(plainJson({ leansOn: [{ startedAtStep: 1 }], parameters: { A: 2, K: 3, alpha: 4 } })).toEqual({
      leans_on: [{ started_at_step: 1 }],
      parameters: { A: 2, K: 3, alpha: 4 },
    });
  });

  it('writes what is not finite as null with its word beside it', () => {
    expect(plainJson({ sigmaNow: -Infinity })).toEqual({ sigma_now: null, sigma_now_nonfinite: '-inf' });
  });
});
