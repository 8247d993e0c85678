// Shows how the choice of a FLOP count moves the exponent of the best size, and puts the table into docs/laws.md.
// `npm run build && node scripts/flop-counts.mjs`: one law, the same best models, four ways of counting N and C.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(resolve(build, `${file}.js`)).href);
const { chinchilla } = await load('core/laws/chinchilla');
const { chinchillaFlop, embeddingParams, kaplanFlop, layerParams, sixND } = await load('core/laws/flop-count');
const { weightedLine } = await load('core/math/regression');

/** Besiroglu et al. 2024's law; N counts all parameters. */
const LAW = { E: 1.8172, A: 477.826, B: 2143.417, alpha: 0.34731, beta: 0.36717 };
const RANGES = [
  [1e16, 1e18],
  [1e18, 1e20],
  [1e20, 1e22],
];
const PLACES = 9;

const shapeOf = (width) => ({
  layers: width / 64,
  width,
  feedForward: 4 * width,
  vocabulary: 50_257,
  context: 1024,
  heads: width / 64,
});
const whole = (shape) => layerParams(shape) + embeddingParams(shape);

/** The model of the best size at a compute: its width is whatever has that many parameters, embeddings in. */
function bestAt(compute) {
  const { a, G } = chinchilla.optimum(LAW);
  const params = G * (compute / 6) ** a;
  let [low, high] = [1, 1e6];
  for (let round = 0; round < 100; round++) {
    const width = Math.sqrt(low * high);
    if (whole(shapeOf(width)) < params) low = width;
    else high = width;
  }
  return { shape: shapeOf(low), tokens: compute / 6 / params };
}

const COUNTS = [
  ['N all, C = 6·N·D', whole, (shape, tokens) => sixND(whole(shape), tokens)],
  [
    'N without embeddings, C = 6·N·D of it (Kaplan et al.)',
    layerParams,
    (shape, tokens) => sixND(layerParams(shape), tokens),
  ],
  ['N without embeddings, C with attention (Kaplan et al., table 1)', layerParams, kaplanFlop],
  ['N all, C of every product (Hoffmann et al., appendix F)', whole, chinchillaFlop],
];

const exponent = (size, cost, [from, to]) => {
  const models = Array.from({ length: PLACES }, (_, i) => bestAt(from * (to / from) ** (i / (PLACES - 1))));
  return weightedLine(
    models.map(({ shape, tokens }) => Math.log(cost(shape, tokens))),
    models.map(({ shape }) => Math.log(size(shape))),
  ).slope;
};
const power = (value) => value.toExponential(0).replace('e+', 'e');
const table = [
  `| what is counted | ${RANGES.map(([from, to]) => `a, ${power(from)}–${power(to)} FLOP`).join(' | ')} |`,
  `|---|${RANGES.map(() => '---').join('|')}|`,
  ...COUNTS.map(
    ([name, size, cost]) =>
      `| ${name} | ${RANGES.map((range) => exponent(size, cost, range).toFixed(3)).join(' | ')} |`,
  ),
].join('\n');
console.log(table);
const page = new URL('../docs/laws.md', import.meta.url);
const marks = /(<!-- flop-counts -->)[^]*?(<!-- \/flop-counts -->)/;
writeFileSync(page, readFileSync(page, 'utf8').replace(marks, `$1\n\n${table}\n\n$2`));
