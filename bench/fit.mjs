// How much faster the fit is than many starts of L-BFGS, in one process; bootstraps; a family of 10,000 runs.
// `npm run build && node bench/fit.mjs [TABLE.csv]` (columns N, D, loss; else planted runs). Prints JSON lines.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(resolve(build, `${file}.js`)).href);
const { chinchilla } = await load('core/laws/chinchilla');
const { resamples } = await load('core/laws/bootstrap');
const { tableOf } = await load('core/laws/run-table');
const { seededUniform, normalFrom } = await load('core/math/random');

const DELTA = 1e-3;
/** Hoffmann et al.'s grid of starts: E, A, B in logs, α and β: 5 · 6 · 6 · 5 · 5. */
const GRID = {
  e: [-1, -0.5, 0, 0.5, 1],
  a: [0, 5, 10, 15, 20, 25],
  b: [0, 5, 10, 15, 20, 25],
  rate: [0, 0.5, 1, 1.5, 2],
};
const STARTS_TIMED = 150;

/** The opponent: L-BFGS with analytic gradients on flat arrays, a memory of ten and a backtracking line search. */
function lbfgs(objective, start, { rounds = 500, memory = 10, tolerance = 1e-9 } = {}) {
  const k = start.length;
  let [x, g] = [Float64Array.from(start), new Float64Array(k)];
  let value = objective(x, g);
  const history = [];
  const dot = (p, q) => p.reduce((sum, v, i) => sum + v * q[i], 0);
  for (let round = 0; round < rounds; round++) {
    if (Math.max(...g.map(Math.abs)) < tolerance) break;
    const d = g.map((v) => -v);
    const alphas = [];
    for (let h = history.length - 1; h >= 0; h--) {
      const { s, y, rho } = history[h];
      const alpha = rho * dot(s, d);
      alphas.unshift(alpha);
      for (let i = 0; i < k; i++) d[i] -= alpha * y[i];
    }
    const last = history.at(-1);
    const scale = last ? dot(last.s, last.y) / dot(last.y, last.y) : 1 / Math.max(1, Math.sqrt(dot(g, g)));
    for (let i = 0; i < k; i++) d[i] *= scale;
    history.forEach(({ s, y, rho }, h) => {
      const beta = rho * dot(y, d);
      for (let i = 0; i < k; i++) d[i] += (alphas[h] - beta) * s[i];
    });
    const slope = dot(g, d);
    if (!(slope < 0)) break;
    let t = 1;
    let found = NaN;
    const [next, h] = [new Float64Array(k), new Float64Array(k)];
    for (let tries = 0; tries < 30; tries++) {
      for (let i = 0; i < k; i++) next[i] = x[i] + t * d[i];
      found = objective(next, h);
      if (found <= value + 1e-4 * t * slope) break;
      t /= 2;
    }
    if (!(found < value)) break;
    const s = next.map((v, i) => v - x[i]);
    const y = h.map((v, i) => v - g[i]);
    const sy = dot(s, y);
    if (sy > 1e-16) history.push({ s, y, rho: 1 / sy });
    if (history.length > memory) history.shift();
    [x, g, value] = [next, h, found];
  }
  return { x, value };
}

/** Sum of Huber's loss on log residuals, by (ln A, ln B, ln E, α, β). */
function objectiveOf(table) {
  const lnN = table.params.map(Math.log);
  const lnD = table.tokens.map(Math.log);
  const lnL = table.loss.map(Math.log);
  return (at, gradient) => {
    const [a, b, e, alpha, beta] = at;
    gradient.fill(0);
    let cost = 0;
    for (let i = 0; i < lnL.length; i++) {
      const [p, q] = [a - alpha * lnN[i], b - beta * lnD[i]];
      const top = Math.max(p, q, e);
      const [x, y, z] = [Math.exp(p - top), Math.exp(q - top), Math.exp(e - top)];
      const sum = x + y + z;
      const r = lnL[i] - top - Math.log(sum);
      const size = Math.abs(r);
      cost += size <= DELTA ? 0.5 * r * r : DELTA * (size - 0.5 * DELTA);
      const pull = (size <= DELTA ? r : DELTA * Math.sign(r)) / sum;
      gradient[0] -= pull * x;
      gradient[1] -= pull * y;
      gradient[2] -= pull * z;
      gradient[3] += pull * x * lnN[i];
      gradient[4] += pull * y * lnD[i];
    }
    return cost;
  };
}

function startsOf() {
  const all = [];
  for (const e of GRID.e)
    for (const a of GRID.a)
      for (const b of GRID.b)
        for (const alpha of GRID.rate) for (const beta of GRID.rate) all.push(Float64Array.of(a, b, e, alpha, beta));
  return all;
}

function read(file) {
  const [header, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const cell = (row, name) => Number(row[header.indexOf(name)]);
  const used = header.includes('excluded') ? lines.filter((row) => row[header.indexOf('excluded')] !== '1') : lines;
  return tableOf(used.map((row) => ({ params: cell(row, 'N'), tokens: cell(row, 'D'), loss: cell(row, 'loss') })));
}

function plantedRuns(count, seed = 1) {
  const uniform = seededUniform(seed);
  const between = (low, high) => low * (high / low) ** uniform();
  return tableOf(
    Array.from({ length: count }, () => {
      const [params, tokens] = [between(5e7, 1e10), between(1e9, 3e11)];
      const loss = (1.82 + 482 / params ** 0.348 + 2085 / tokens ** 0.366) * Math.exp(0.005 * normalFrom(uniform));
      return { params, tokens, loss };
    }),
  );
}

const timed = (work) => {
  const from = performance.now();
  const found = work();
  return [performance.now() - from, found];
};
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const print = (line) => console.log(JSON.stringify(line));

const table = process.argv[2] ? read(process.argv[2]) : plantedRuns(240);
chinchilla.fit(table, { delta: DELTA });
const fits = Array.from({ length: 9 }, () => timed(() => chinchilla.fit(table, { delta: DELTA })));
const ours = median(fits.map(([ms]) => ms));
const fit = fits[0][1];

const objective = objectiveOf(table);
const all = startsOf();
const stride = all.length / STARTS_TIMED;
const some = Array.from({ length: STARTS_TIMED }, (_, i) => all[Math.floor(i * stride + (i % 7) * 0.13 * stride)]);
some.slice(0, 20).forEach((start) => lbfgs(objective, start));
const [theirs, reached] = timed(() => some.map((start) => lbfgs(objective, start).value));
const best = Math.min(...reached);
print({
  bench: 'fit',
  rows: table.loss.length,
  ms: ours,
  objective: fit.objective,
  opponent: { starts: all.length, timed: STARTS_TIMED, ms_a_start: theirs / STARTS_TIMED, objective: best },
  times_faster: ((theirs / STARTS_TIMED) * all.length) / ours,
  no_worse: fit.objective <= best * (1 + 1e-9),
});

const [bootstrap, draws] = timed(() =>
  [...resamples(table, 1000, 1)].map((weights) => chinchilla.fit(table, { delta: DELTA, weights, from: fit })),
);
print({
  bench: 'bootstraps',
  times: draws.length,
  seconds: bootstrap / 1000,
  converged: draws.filter((one) => one.converged).length,
});

const many = plantedRuns(10_000, 2);
chinchilla.fit(many, { delta: DELTA });
const [family, found] = timed(() => chinchilla.fit(many, { delta: DELTA }));
print({
  bench: 'family',
  rows: 10_000,
  seconds: family / 1000,
  alpha: found.parameters.alpha,
  beta: found.parameters.beta,
});
