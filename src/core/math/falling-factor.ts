// The factor at which a falling function of it comes down to a value: bracketed, then by the Illinois rule.

const FIRST = 0.05;
const GROWTH = 1.6;
/** In ln(factor): nothing that is asked needs more digits. */
const CLOSE = 1e-11;
const MOST_ROUNDS = 100;

/**
 * Dowell and Jarratt 1971: needs a sixth of the calls that halving needs.
 * @param at falls as the factor grows
 * @param furthest ln of the largest factor that is looked at, either way
 * @returns the factor with `at(factor) = target`; NaN where none within `furthest` has it
 */
export function fallingFactor(at: (factor: number) => number, target: number, furthest: number): number {
  const miss = (ln: number): number => at(Math.exp(ln)) - target;
  const now = miss(0);
  if (now === 0) return 1;
  let [near, far] = [0, now > 0 ? FIRST : -FIRST];
  let [missNear, missFar] = [now, miss(far)];
  while (missFar > 0 === now > 0 && missFar !== 0) {
    if (Math.abs(far) >= furthest) return NaN;
    [near, missNear] = [far, missFar];
    far = Math.sign(far) * Math.min(Math.abs(far) * GROWTH, furthest);
    missFar = miss(far);
  }
  for (let round = 0; round < MOST_ROUNDS && Math.abs(far - near) > CLOSE && missFar !== 0; round++) {
    const between = far - (missFar * (far - near)) / (missFar - missNear);
    const missBetween = miss(between);
    // The same side twice in a row: the other end counts half, or it would never move.
    if (missBetween > 0 === missFar > 0) missNear /= 2;
    else [near, missNear] = [far, missFar];
    [far, missFar] = [between, missBetween];
  }
  return Math.exp(far);
}
