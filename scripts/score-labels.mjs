// Scores `offcurve detect` on events that people labelled in real logs: share of spikes and divergences found in time.
// Usage: node scripts/score-labels.mjs DIR [--cmd "node bin/offcurve.js"] [--within 150] [--per-million 10]
// DIR holds run files and labels.json {run: [{type, start_step}]}. Beside each share stands what chance would find: the same
// labels moved along their own runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cmd: { type: 'string', default: 'node bin/offcurve.js' },
    within: { type: 'string', default: '150' },
    'per-million': { type: 'string', default: '10' },
  },
});
const [directory] = positionals;
if (!directory) {
  process.stderr.write('give the folder of the run files: node scripts/score-labels.mjs DIR\n');
  process.exit(2);
}
const SCORED = ['spike', 'divergence', 'slow_divergence', 'nan', 'instability'];
/** Points before the label that still count: people mark the top of a spike, not its foot. */
const EARLY = 20;
/** By how many places of its run each label is moved, evenly over the whole run. */
const MOVES = 40;
const within = Number(values.within);
const labels = JSON.parse(readFileSync(join(directory, 'labels.json'), 'utf8'));
const counts = Object.fromEntries(
  SCORED.map((type) => [type, { found: 0, all: 0, chance: 0, opened: 0, openedByChance: 0, missed: [] }]),
);

for (const [run, marks] of Object.entries(labels)) {
  const file = join(directory, `${run}.jsonl`);
  const scored = marks.filter(({ type }) => SCORED.includes(type));
  if (scored.length === 0 || !existsSync(file)) continue;
  const steps = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter((row) => 'loss' in row)
    .map((row) => row.step);
  const [program, ...first] = values.cmd.split(' ');
  const args = [...first, 'detect', file, '--false-alarms-per-million', values['per-million'], '--json'];
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`${run}: ${done.stderr}`);
  const events = done.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  // A deviation lives from the point where it opened to where it ended; a label within its life is found.
  const lives = new Map();
  for (const { deviation, event, step, side } of events) {
    const place = steps.findIndex((other) => other >= step);
    const life = lives.get(deviation) ?? { from: place, to: steps.length, side };
    if (event === 'resolved') life.to = place;
    lives.set(deviation, life);
  }
  const near = (at) => [...lives.values()].filter(({ from, side }) => side !== 'better' && from <= at + within);
  const opens = (at) => near(at).some(({ from }) => from >= at - EARLY);
  const hit = (at) => near(at).some(({ from, to }) => from >= at - EARLY || to > at);
  for (const { type, start_step: start } of scored) {
    const at = steps.findIndex((step) => step >= start);
    counts[type].all++;
    if (hit(at)) counts[type].found++;
    else counts[type].missed.push(`${run}@${start}`);
    if (opens(at)) counts[type].opened++;
    for (let move = 1; move <= MOVES; move++) {
      const moved = Math.floor(at + (move / (MOVES + 1)) * steps.length) % steps.length;
      if (hit(moved)) counts[type].chance += 1 / MOVES;
      if (opens(moved)) counts[type].openedByChance += 1 / MOVES;
    }
  }
}
const share = (part, all) => `${((100 * part) / all).toFixed(0)} %`;
const sum = (part) => SCORED.reduce((total, type) => total + counts[type][part], 0);
const PARTS = ['found', 'all', 'chance', 'opened', 'openedByChance'];
const together = { ...Object.fromEntries(PARTS.map((part) => [part, sum(part)])), missed: [] };
for (const [type, { found, all, chance, opened, openedByChance, missed }] of Object.entries({
  ...counts,
  'all together': together,
})) {
  if (all === 0) continue;
  process.stdout.write(
    `${type}: ${found} of ${all} found within ${within} points (${share(found, all)}; by chance ${share(chance, all)}), ` +
      `${opened} by a deviation that opened then (${share(opened, all)}; by chance ${share(openedByChance, all)})\n`,
  );
  for (const one of missed.slice(0, 10)) process.stdout.write(`  missed ${one}\n`);
}
