// What judging costs: forecast and detector together, every refit made where it falls due, against JSON.parse of the same
// records as Kafka carries them; the state they keep; one forecast. `npm run build && node bench/detect.mjs [steps] [rounds]`.
// Figures are CPU time, since a machine that does other work as well stretches the clock. Prints JSON lines.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const build = resolve(process.env.OFFCURVE_BUILD ?? 'dist');
const load = (file) => import(pathToFileURL(`${build}/${file}.js`).href);
const { RunMonitor } = await load('core/detection/run-monitor');
const { RunEvidence } = await load('core/detection/evidence/run-evidence');
const { settingsFor } = await load('core/detection/budget');
const { encodeState } = await load('core/detection/snapshot');
const { forecastCurve } = await load('core/curves/curve-forecast');
const { RunForecaster } = await load('forecast/run-forecaster');
const { SeenRun } = await load('forecast/seen-run');

const STEPS = Number(process.argv[2] ?? 20_000);
const ROUNDS = Number(process.argv[3] ?? 7);
const RUNS = 5;
const PER_MILLION = 10;

let seed = 1;
const uniform = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const noise = () => uniform() + uniform() + uniform() - 1.5;
const print = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const cpuMicros = (work) => {
  const since = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

/** A cosine after a warm-up; a loss that falls as a power of the step. */
const rateAt = (step) => 3e-4 * Math.min(1, step / (0.02 * STEPS)) * (0.55 + 0.45 * Math.cos((Math.PI * step) / STEPS));
const messagesOf = (run) =>
  Array.from({ length: STEPS }, (_, index) => {
    const step = index + 1;
    const metrics = {
      loss: Math.exp(Math.log(1.8 + 6 * (step + 10) ** -0.3) + 0.02 * noise()),
      grad_norm: 0.4 + 0.05 * noise(),
      lr: rateAt(step),
      tokens: step * 524_288,
    };
    return JSON.stringify({ run: `run-${run}`, step, time: 1.76e9 + 10 * step, attempt: 1, metrics });
  });
const runs = Array.from({ length: RUNS }, (_, run) => messagesOf(run));
const points = RUNS * STEPS;
const plan = { schedule: { kind: 'cosine', peak: 3e-4, min: 3e-5, warmup_steps: 0.02 * STEPS }, planned_steps: STEPS };

/** Judges a run's records; what fell due is fitted after every `batch` of them. */
function judge(records, batch) {
  const monitor = new RunMonitor(settingsFor(PER_MILLION));
  const forecaster = new RunForecaster();
  const evidence = new RunEvidence();
  forecaster.configure(plan);
  let [events, forecasts] = [0, 0];
  for (let n = 0; n < records.length; n++) {
    const { step, time, metrics } = records[n];
    forecaster.take(step, metrics);
    const seen = monitor.observe({ step, values: metrics });
    const { plan: planned, settings } = monitor.standsOn;
    evidence.observe(step, 1000 * time, metrics, planned, settings, seen);
    for (const event of seen) {
      forecaster.note(event);
      events++;
    }
    if (n % batch === batch - 1) forecasts += forecaster.drain().length;
  }
  monitor.drainBandKnots();
  return { monitor, forecaster, evidence, events, forecasts };
}

const parsing = [];
const alone = [];
const batched = [];
let last;
for (let round = 0; round <= ROUNDS; round++) {
  const parsed = [];
  const parse = cpuMicros(() => {
    for (const messages of runs) parsed.push(messages.map((message) => JSON.parse(message)));
  });
  let forecasts = 0;
  const single = cpuMicros(() => {
    for (const records of parsed) {
      last = judge(records, 1);
      forecasts += last.forecasts;
    }
  });
  const many = cpuMicros(() => {
    for (const records of parsed) judge(records, 500);
  });
  const figures = {
    round: round === 0 ? 'warm-up' : round,
    parse_us: +(parse / points).toFixed(3),
    judge_us: +(single / points).toFixed(3),
    of_parse: +(single / parse).toFixed(2),
    of_parse_in_batches: +(many / parse).toFixed(2),
    points_a_second: Math.round((1e6 * points) / single),
    forecasts,
  };
  print(figures);
  if (round === 0) continue;
  parsing.push(parse / points);
  alone.push(single / points);
  batched.push(many / points);
}

/** One forecast to the end, with its intervals, from half of the run. */
function forecastMillis() {
  const seen = new SeenRun();
  for (const message of runs[0].slice(0, STEPS / 2)) {
    const { step, metrics } = JSON.parse(message);
    seen.take(step, metrics.lr, metrics, ['loss']);
  }
  const curve = seen.curve('loss', STEPS / 2, rateAt);
  const times = Array.from({ length: 50 }, () => cpuMicros(() => forecastCurve(curve, STEPS, { level: 0.9 })));
  return median(times) / 1000;
}

print({
  bench: 'detect',
  points,
  of_parse: +(median(alone) / median(parsing)).toFixed(2),
  of_parse_in_batches: +(median(batched) / median(parsing)).toFixed(2),
  points_a_second: Math.round(1e6 / median(alone)),
  detector_bytes_a_metric: last.monitor.snapshot().byteLength,
  evidence_bytes_a_run: last.evidence.state.byteLength,
  forecaster_bytes_a_metric: encodeState(last.forecaster.head(), last.forecaster.arrays).byteLength,
  forecast_ms: +forecastMillis().toFixed(3),
});
