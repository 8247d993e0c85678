// Variable projection: for given exponents the law is linear, so the search is over the exponents alone.
import { huber, huberWeight } from '../math/huber.js';
import { nonNegative3 } from '../math/nnls.js';

/** Columns of a law that is linear in three coefficients ≥ 0; unused columns are absent. */
export interface ProjectionProblem {
  /** First column is 1 (the floor) where true. */
  floor: boolean;
  /** Centred logs whose powers exp(−α·x) and exp(−β·z) are the other columns. */
  x?: Float64Array;
  z?: Float64Array;
  /** Logs of the loss, centred. */
  y: Float64Array;
  delta: number;
  weights?: Float64Array;
}

export interface Projected {
  alpha: number;
  beta: number;
  coefficients: [number, number, number];
  cost: number;
}

const EXPONENTS = 16;
const [LEAST, MOST] = [0.03, 3];
const ROUNDS = 6;
const MINIMA = 3;
/** The grid needs no more rows than this: it only finds the valley, the polish uses all. */
const GRID_ROWS = 1_000;

/**
 * The lowest local minima on a 16×16 log grid of exponents in [.03, 3], lowest first (16×1 where x or z is absent).
 *
 * Golub and Pereyra 1973: the linear coefficients are solved for at each grid point, here by six rounds of Gauss–Newton
 * steps on log residuals with Huber's weights and coefficients held ≥ 0.
 */
export function projectedMinima(problem: ProjectionProblem): Projected[] {
  const few = thinned(problem);
  const grid = Float64Array.from({ length: EXPONENTS }, (_, i) => LEAST * Math.pow(MOST / LEAST, i / (EXPONENTS - 1)));
  const powers = (logs?: Float64Array): (Float64Array | undefined)[] =>
    logs ? Array.from(grid, (rate) => logs.map((value) => Math.exp(-rate * value))) : [undefined];
  const columnsX = powers(few.x);
  const columnsZ = powers(few.z);
  const cells = columnsX.map((cx, i) =>
    columnsZ.map((cz, j): Projected => ({ alpha: grid[i]!, beta: grid[j]!, ...project(few, cx, cz) })),
  );
  const lower = (cell: Projected, i: number, j: number): boolean =>
    [-1, 0, 1].every((di) => [-1, 0, 1].every((dj) => !((cells[i + di]?.[j + dj]?.cost ?? Infinity) < cell.cost)));
  return cells
    .flatMap((row, i) => row.filter((cell, j) => lower(cell, i, j)))
    .sort((one, other) => one.cost - other.cost)
    .slice(0, MINIMA);
}

function thinned(problem: ProjectionProblem): ProjectionProblem {
  const n = problem.y.length;
  if (n <= GRID_ROWS) return problem;
  const stride = Math.ceil(n / GRID_ROWS);
  const thin = (column?: Float64Array): Float64Array | undefined => column?.filter((_, i) => i % stride === 0);
  return {
    ...problem,
    x: thin(problem.x),
    z: thin(problem.z),
    y: thin(problem.y)!,
    weights: thin(problem.weights),
  };
}

const gram = new Float64Array(6);
const right = new Float64Array(3);
const found = new Float64Array(3);

/** E, A, B ≥ 0 for given columns, and the sum of Huber's loss there. */
function project(
  { floor, y, delta, weights }: ProjectionProblem,
  cx: Float64Array | undefined,
  cz: Float64Array | undefined,
): { coefficients: [number, number, number]; cost: number } {
  const n = y.length;
  const one = floor ? 1 : 0;
  let first = true;
  for (let round = 0; round < ROUNDS; round++) {
    gram.fill(0);
    right.fill(0);
    for (let i = 0; i < n; i++) {
      const c1 = cx ? cx[i]! : 0;
      const c2 = cz ? cz[i]! : 0;
      const target = Math.exp(y[i]!);
      const p = first ? target : Math.max(1e-12, found[0]! * one + found[1]! * c1 + found[2]! * c2);
      const r = first ? 0 : y[i]! - Math.log(p);
      const w = ((weights ? weights[i]! : 1) * huberWeight(r, delta)) / (p * p);
      // A Gauss–Newton step on logs aims at p·(1 + r).
      const wt = w * p * (1 + r);
      gram[0]! += w * one;
      gram[1]! += w * one * c1;
      gram[2]! += w * one * c2;
      gram[3]! += w * c1 * c1;
      gram[4]! += w * c1 * c2;
      gram[5]! += w * c2 * c2;
      right[0]! += wt * one;
      right[1]! += wt * c1;
      right[2]! += wt * c2;
    }
    nonNegative3(gram, right, found);
    first = false;
  }
  let cost = 0;
  for (let i = 0; i < n; i++) {
    const p = found[0]! * one + found[1]! * (cx ? cx[i]! : 0) + found[2]! * (cz ? cz[i]! : 0);
    cost += (weights ? weights[i]! : 1) * huber(y[i]! - Math.log(Math.max(p, 1e-12)), delta);
  }
  return { coefficients: [found[0]!, found[1]!, found[2]!], cost };
}
