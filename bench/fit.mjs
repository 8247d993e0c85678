// How much faster the fit is than many starts of L-BFGS, in one process; bootstraps; a family of 10,000 runs.
// `npm run build && node bench/fit.mjs [FOLDER]`: on each public table of FOLDER/scaling, else on planted runs. Prints JSON lines.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publicTables } from '../scripts/public-tables.mjs';
import { fewStarts, lbfgs, objectiveOf, startsOf } from './multi-start.mjs';

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(resolve(build, `${file}.js`)).href);
const { chinchilla } = await load('core/laws/chinchilla');
const { resamples } = await load('core/laws/bootstrap');
const { tableOf } = await load('core/laws/run-table');
const { seededUniform, normalFrom } = await load('core/math/random');

const DELTA = 1e-3;
const STARTS_TIMED = 150;

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

function against(name, table) {
  chinchilla.fit(table, { delta: DELTA });
  const fits = Array.from({ length: 9 }, () => timed(() => chinchilla.fit(table, { delta: DELTA })));
  const ours = median(fits.map(([ms]) => ms));
  const fit = fits[0][1];
  const objective = objectiveOf(table, DELTA);
  const some = fewStarts(STARTS_TIMED);
  some.slice(0, 20).forEach((start) => lbfgs(objective, start));
  const [theirs, reached] = timed(() => some.map((start) => lbfgs(objective, start).value));
  const best = Math.min(...reached);
  const starts = startsOf().length;
  print({
    bench: 'fit',
    table: name,
    rows: table.loss.length,
    ms: ours,
    objective: fit.objective,
    opponent: { starts, timed: STARTS_TIMED, ms_a_start: theirs / STARTS_TIMED, objective: best },
    times_faster: ((theirs / STARTS_TIMED) * starts) / ours,
    no_worse: fit.objective <= best * (1 + 1e-9),
  });
  return fit;
}

const tables = process.argv[2]
  ? publicTables(process.argv[2]).map(({ name, runs }) => ({ name, table: tableOf(runs) }))
  : [{ name: 'planted', table: plantedRuns(240) }];
const [{ table, fit }] = tables.map((one) => ({ table: one.table, fit: against(one.name, one.table) }));

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
