// Counts how often what `auto` and `chinchilla` say from small tables of planted laws holds: new runs, the best N, twice the compute.
// `npm run build && node scripts/planted-tables.mjs [--tables 60] [--sizes 5,9,16,36]`: seeds are fixed, one a table.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { tables: { type: 'string' }, sizes: { type: 'string' } } });
const TABLES = Number(values.tables ?? 60);
const SIZES = (values.sizes ?? '5,9,16,36').split(',').map(Number);
const LEVEL = 0.9;

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(resolve(build, `${file}.js`)).href);
const { fitLaw } = await load('core/laws/fit-law');
const { lawNamed } = await load('core/laws/law-names');
const { bestPlace } = await load('core/laws/optimum');
const { predict } = await load('core/laws/predict');
const { tableOf } = await load('core/laws/run-table');
const { seededUniform, normalFrom } = await load('core/math/random');
const { plan } = await load('planning/plan');

const counts = new Map();
function note(what, said, truth, width) {
  const count = counts.get(what) ?? { asked: 0, held: 0, widths: [] };
  counts.set(what, count);
  count.asked++;
  if (truth >= said.lower && truth <= said.upper) count.held++;
  count.widths.push(width);
}

for (const size of SIZES) for (let seed = 1; seed <= TABLES; seed++) one(size, seed);
for (const [what, { asked, held, widths }] of counts) {
  const width = widths.toSorted((a, b) => a - b)[widths.length >> 1];
  console.log(
    `${what.padEnd(36)} ${(held / asked).toFixed(2)} of ${String(asked).padStart(4)}, width ${width.toFixed(3)}`,
  );
}

/** A grid of N and D with one law in it; every other law joins its terms. */
function one(size, seed) {
  const uniform = seededUniform(seed * 7919 + size);
  for (let i = 0; i < 10; i++) uniform();
  const apart = (low, high) => low * (high / low) ** uniform();
  const [lowN, lowD, spanN, spanD, noise] = [
    apart(1e7, 1e8),
    apart(3e8, 3e9),
    apart(10, 100),
    apart(10, 60),
    apart(0.002, 0.01),
  ];
  const side = Math.ceil(Math.sqrt(size));
  const places = Array.from({ length: size }, (_, i) => ({
    params: lowN * spanN ** ((i % side) / (side - 1)),
    tokens: lowD * spanD ** (Math.floor(i / side) / Math.max(1, Math.ceil(size / side) - 1)),
  }));
  const joined = seed % 2 === 1;
  const law = joined ? 'additive-power' : 'chinchilla';
  const kind = lawNamed(law);
  const parameters = planted(joined, { apart, uniform, n: lowN * spanN ** 0.5, d: lowD * spanD ** 0.5 });
  const lossAt = (place) => kind.loss(parameters, { ...place, compute: 6 * place.params * place.tokens });
  const measured = (place) => lossAt(place) * Math.exp(noise * normalFrom(uniform));
  const table = tableOf(places.map((place) => ({ ...place, loss: measured(place) })));
  const truth = { law, forms: [{ law, weight: 1, parameters }] };
  for (const asked of ['auto', 'chinchilla']) {
    // A named law speaks for its own form alone, and wants more rows than it has parameters.
    if (asked === 'chinchilla' && (joined || size < 9)) continue;
    const document = fitLaw(table, {
      ...{ law: asked, bootstrap: 300, seed: 1, delta: 1e-3, level: LEVEL },
      columns: { params: 'N', tokens: 'D', compute: null, loss: 'loss' },
    });
    const name = (what) => `${size} runs, ${asked}, ${what}`;
    for (const times of [0.3, 1, 10, 100]) {
      const place = bestPlace(truth, times * document.range.compute.max);
      const said = predict(document, { params: place.params, tokens: place.tokens }, LEVEL);
      note(name(`a run at ${times} Cmax`), said, measured(place), Math.log(said.upper / said.lower));
    }
    for (const times of [1, 10]) {
      const compute = times * document.range.compute.max;
      const { optimum, next_doubling } = plan(document, {
        ...{ budget: { compute }, machine: null, level: LEVEL, better: 0.01 },
      });
      const best = bestPlace(truth, compute);
      const size = optimum.params_interval;
      if (size.lower !== null)
        note(name(`best N at ${times} Cmax`), size, best.params, Math.log(size.upper / size.lower));
      const doubled = 1 - lossAt(bestPlace(truth, 2 * compute)) / lossAt(best);
      if (next_doubling.lower !== null)
        note(
          name(`doubling at ${times} Cmax`),
          next_doubling,
          doubled,
          Math.log(next_doubling.upper / next_doubling.lower),
        );
    }
    const { a } = document.optimum.intervals;
    note(name('exponent of best N'), a, kind.optimum(parameters).a, a.upper - a.lower);
  }
}

/** Terms of 8 to 40 % of the floor each at the middle of the grid, exponents of .2 to .5. */
function planted(joined, { apart, uniform, n, d }) {
  const [alpha, beta] = [apart(0.2, 0.5), apart(0.2, 0.5)];
  const E = 1.3 + uniform();
  const [x, y] = [E * apart(0.08, 0.4), E * apart(0.08, 0.4)];
  if (!joined) return { E, A: x * n ** alpha, B: y * d ** beta, alpha, beta };
  const g = 0.4 + 0.5 * uniform();
  return { E, A: x ** (1 / g) * n ** (alpha / g), B: y ** (1 / g) * d ** (beta / g), a: alpha / g, b: beta / g, g };
}
