// Fits thousands of random laws whose parameters are known, and counts how often the 90 % intervals hold them.
// `npm run build && node scripts/planted-laws.mjs [--laws 5000] [--threads 2] [--rows FILE] [--json]`: seeds are fixed, one a law.
import { appendFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const BOOTSTRAPS = 200;
const LEVEL = 0.9;
/** From here on a table counts as one of many points. */
const MANY = 50;
const SIZES = [8, 12, 20, 32, 50, 80, 150, 300];
const KINDS = ['chinchilla', 'chinchilla', 'additive-power', 'kaplan', 'kaplan-n', 'kaplan-d', 'kaplan-c'];
const TAILS = ['normal', 'normal', 'Student t3', 'one in twenty tenfold'];

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(resolve(build, `${file}.js`)).href);

/** Law by law: a random one, its table, and what the fit says of each parameter. */
async function* experiments(from, to, every) {
  const { lawNamed } = await load('core/laws/law-names');
  const { resamples, spreadOver } = await load('core/laws/bootstrap');
  const { identified, inertIn } = await load('core/laws/identification');
  const { LawError } = await load('core/laws/law-error');
  const { tableOf } = await load('core/laws/run-table');
  const { seededUniform, normalFrom } = await load('core/math/random');
  for (let seed = from; seed < to; seed += every) {
    const uniform = seededUniform(Math.imul(seed + 1, 0x9e3779b1));
    for (let i = 0; i < 10; i++) uniform();
    const pick = (list) => list[Math.floor(uniform() * list.length)];
    const between = (low, high) => low + (high - low) * uniform();
    const apart = (low, high) => Math.exp(between(Math.log(low), Math.log(high)));
    const name = pick(KINDS);
    const n = pick(SIZES);
    const tail = pick(TAILS);
    const irreducible = name.startsWith('kaplan') && uniform() < 0.5;
    const places = placesOf(n, { between, apart, uniform });
    const truth = truthOf(name, irreducible, places, { between, apart });
    const kind = lawNamed(name);
    const noise = apart(0.001, 0.02);
    const table = tableOf(
      places.map((place) => ({
        ...place,
        loss:
          kind.loss(truth, { ...place, compute: 6 * place.params * place.tokens }) *
          Math.exp(noise * heavy(tail, uniform, normalFrom)),
      })),
    );
    const rows = [];
    try {
      const options = { delta: 1e-3, irreducible };
      const fit = kind.fit(table, options);
      const draws = [];
      for (const weights of resamples(table, BOOTSTRAPS, seed))
        draws.push(kind.fit(table, { ...options, weights, from: fit }).parameters);
      const spread = spreadOver(kind.parameters({ irreducible }), draws, LEVEL, n);
      const { flags } = identified(
        fit.parameters,
        spread,
        Math.min(...table.loss),
        inertIn(table, kind, fit.parameters, noise),
      );
      for (const [parameter, { lower, upper }] of Object.entries(spread.intervals))
        rows.push({
          seed,
          name,
          n,
          tail,
          noise,
          parameter,
          identified: flags[parameter],
          below: truth[parameter] < lower,
          above: truth[parameter] > upper,
        });
    } catch (error) {
      if (!(error instanceof LawError)) throw error;
      rows.push({ seed, name, n, tail, noise, parameter: null, identified: false, refused: error.message });
    }
    yield rows;
  }
}

/** Sizes and amounts of data: a grid as sweeps have it, or strewn about. */
function placesOf(n, { between, apart, uniform }) {
  const [low, wide] = [apart(1e6, 1e8), apart(20, 2000)];
  const [data, more] = [apart(1e8, 1e10), apart(10, 300)];
  const share = (i, count) => i / Math.max(1, count - 1);
  const across = Math.max(3, Math.round(Math.sqrt(n)));
  const grid = uniform() < 0.5;
  return Array.from({ length: n }, (_, i) => {
    const [u, v] = grid
      ? [share(i % across, across), share(Math.floor(i / across), Math.ceil(n / across))]
      : [uniform(), uniform()];
    return { params: low * wide ** u, tokens: data * more ** v * Math.exp(between(-0.02, 0.02)) };
  });
}

/** Parameters as published laws have them; each term is three to fifty per cent of the floor in the middle of the table. */
function truthOf(name, irreducible, places, { between, apart }) {
  const middle = (key) => Math.exp(places.reduce((sum, place) => sum + Math.log(place[key]), 0) / places.length);
  const [N, D] = [middle('params'), middle('tokens')];
  const [alpha, beta] = [apart(0.15, 0.6), apart(0.15, 0.6)];
  const E = between(1, 2.5);
  const [x, y] = [E * apart(0.03, 0.5), E * apart(0.03, 0.5)];
  switch (name) {
    case 'chinchilla':
      return { E, A: x * N ** alpha, B: y * D ** beta, alpha, beta };
    case 'additive-power': {
      const g = between(0.35, 1);
      const [a, b] = [alpha / g, beta / g];
      return { E, A: x ** (1 / g) * N ** a, B: y ** (1 / g) * D ** b, a, b, g };
    }
    case 'kaplan': {
      const [alpha_N, alpha_D] = irreducible ? [alpha, beta] : [alpha / 3, beta / 3];
      const [u, v] = irreducible ? [x, y] : [2.5, 2.5];
      return { ...(irreducible && { E }), Nc: N * u ** (1 / alpha_N), Dc: D * v ** (1 / alpha_D), alpha_N, alpha_D };
    }
    default: {
      const letter = name.at(-1).toUpperCase();
      const rate = irreducible ? alpha : alpha / 4;
      const at = letter === 'N' ? N : letter === 'D' ? D : 6 * N * D;
      return {
        ...(irreducible && { E }),
        [`${letter}c`]: at * (irreducible ? x : 3) ** (1 / rate),
        [`alpha_${letter}`]: rate,
      };
    }
  }
}

/** Noise of deviation 1, or with tails as loggers have them. */
function heavy(tail, uniform, normalFrom) {
  if (tail === 'normal') return normalFrom(uniform);
  if (tail === 'Student t3') {
    const square = normalFrom(uniform) ** 2 + normalFrom(uniform) ** 2 + normalFrom(uniform) ** 2;
    return normalFrom(uniform) / Math.sqrt(square / 3);
  }
  return normalFrom(uniform) * (uniform() < 0.05 ? 10 : 1);
}

const MANY_LABEL = `${MANY} points and more`;

/** How often the intervals held what was planted: by the number of points, by the noise's tails, by the law. */
export function summary(rows) {
  const table = new Map();
  const count = (group, { identified, below, above }) => {
    const cell = table.get(group) ?? {
      group,
      identified: 0,
      held: 0,
      below: 0,
      above: 0,
      not_identified: 0,
      not_identified_held: 0,
    };
    table.set(group, cell);
    if (identified) {
      cell.identified++;
      cell.held += Number(!below && !above);
      cell.below += Number(below);
      cell.above += Number(above);
    } else {
      cell.not_identified++;
      cell.not_identified_held += Number(!below && !above);
    }
  };
  for (const row of rows.filter(({ parameter }) => parameter !== null)) {
    const many = row.n >= MANY;
    count(many ? MANY_LABEL : `fewer than ${MANY} points`, row);
    count(`${row.n} points`, row);
    if (many) for (const group of [row.tail, row.name]) count(`${MANY_LABEL}, ${group}`, row);
  }
  const order = ({ group }) =>
    /^\d+ points$/.test(group) ? 1 + Number.parseInt(group, 10) / 1e4 : group.includes(',') ? 2 : 0;
  return [...table.values()].sort((one, other) => order(one) - order(other) || one.group.localeCompare(other.group));
}

function report(cells, laws, refused) {
  const share = (part, whole) => (whole === 0 ? '–' : (part / whole).toFixed(3));
  const line = (one) =>
    [
      one.group,
      one.identified,
      share(one.held, one.identified),
      share(one.below, one.identified),
      share(one.above, one.identified),
      one.not_identified,
      share(one.not_identified_held, one.not_identified),
    ].join(' | ');
  return [
    `${laws} laws, ${BOOTSTRAPS} bootstraps each, ${refused} refused`,
    '',
    '| tables | parameters identified | interval held | truth below it | above it | not identified | held all the same |',
    '|---|---|---|---|---|---|---|',
    ...cells.map((one) => `| ${line(one)} |`),
  ].join('\n');
}

if (!isMainThread) {
  const { first, laws, threads } = workerData;
  for await (const rows of experiments(first, laws, threads)) parentPort.postMessage(rows);
} else {
  const { values } = parseArgs({
    options: {
      laws: { type: 'string', default: '5000' },
      threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
      rows: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [laws, threads] = [Number(values.laws), Number(values.threads)];
  const rows = [];
  const work = (first) =>
    new Promise((done, fail) => {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { first, laws, threads } });
      worker.on('message', (some) => {
        rows.push(...some);
        if (values.rows) appendFileSync(values.rows, some.map((row) => `${JSON.stringify(row)}\n`).join(''));
      });
      worker.once('error', fail);
      worker.once('exit', done);
    });
  await Promise.all(Array.from({ length: threads }, (_, first) => work(first)));
  const refused = rows.filter(({ parameter }) => parameter === null).length;
  const cells = summary(rows);
  console.log(values.json ? JSON.stringify({ laws, refused, cells }) : report(cells, laws, refused));
}
