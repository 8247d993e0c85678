// A plan as a person reads it.
import type { Ranged } from '../../planning/ranged.js';
import type { PlannedRun } from '../../planning/plan.js';
import { counted, percent, short, textTable } from '../laws/text-table.js';
import type { PlanAnswer } from './plan-answer.js';

export function planReport(answer: PlanAnswer): string {
  const { optimum, shape, neighbours, smaller, better, next_doubling, own, repeats, machine, what_if } = answer;
  const rows: [string, PlannedRun][] = [
    ['best', optimum],
    ['half the size, same compute', neighbours.half],
    ['twice the size, same compute', neighbours.double],
  ];
  if (smaller) rows.push(['half the size, as good', smaller]);
  if (own) rows.push(['your run', own]);
  if (what_if)
    rows.push(['stop now', what_if.stop_now], ['as planned', what_if.as_planned], ['twice as long', what_if.extended]);
  const { width, layers, heads, params } = shape;
  return [
    `${short(optimum.compute, 3)} FLOP by ${answer.law}${machine ? `, on ${machine.count} × ${machine.gpu} at ${percent(machine.mfu as number, 0)} of peak` : ''}\n\n`,
    runTable(rows, answer.level),
    '\n',
    `Best size ${counted(optimum.params)}${bounds(optimum.params_interval, counted)}, data ${counted(optimum.tokens)}${bounds(optimum.tokens_interval, counted)}\n`,
    `A shape near it: ${layers} layers, width ${width}, ${heads} heads: ${counted(params)} parameters without embeddings\n`,
    smaller
      ? `Half the size, as good: ${short(smaller.extra_compute, 3)} FLOP more to train, half as dear to serve, paid back after ${counted(smaller.pays_back_after_tokens)} tokens served\n`
      : '',
    `${percent(better.share, 1)} less loss (${short(better.loss)}) takes ${more(better.params)} N alone, or ${more(better.tokens)} D alone, or ${more(better.compute)} compute at the best split\n`,
    `Twice the compute takes ${percent(next_doubling.value, 2)} off the loss${bounds(next_doubling, (v) => percent(v, 2))}\n`,
    own ? ownLines(own) : '',
    repeats
      ? `With ${counted(repeats.unique_tokens)} unique tokens: best is N ${counted(repeats.params)} for ${repeats.epochs.toFixed(1)} epochs, worth ${counted(repeats.worth_tokens)} fresh tokens, loss ${short(repeats.loss)} (${repeats.source})\n`
      : '',
    `This law has no evidence beyond ${short(answer.trusted_to_compute, 3)} FLOP.\n`,
    machine
      ? `${machine.gpu}: ${short((machine.peak_flops as number) / 1e12, 4)} TFLOP/s bf16, ${machine.watts} W (${machine.source}); share of the peak: ${machine.mfu_source}\n`
      : '',
  ].join('');
}

function runTable(rows: readonly [string, PlannedRun][], level: number): string {
  const costs = rows.some(([, { cost }]) => cost !== null);
  const dollars = rows.some(([, { cost }]) => cost?.usd != null);
  return textTable(
    [
      '',
      'N',
      'D',
      'D/N',
      'FLOP',
      'loss',
      `${percent(level, 0)} interval`,
      ...(costs ? ['GPU-hours', 'days', 'kWh'] : []),
      ...(dollars ? ['USD'] : []),
    ],
    rows.map(([name, run]) => [
      name,
      counted(run.params),
      counted(run.tokens),
      short(run.tokens_per_param, 3),
      short(run.compute, 3),
      short(run.loss),
      `${short(run.lower)} … ${short(run.upper)}`,
      ...(costs ? [counted(run.cost!.gpu_hours), short(run.cost!.days, 3), counted(run.cost!.energy_kwh)] : []),
      ...(dollars ? [counted(run.cost!.usd!)] : []),
    ]),
  );
}

function ownLines(own: NonNullable<PlanAnswer['own']>): string {
  const binds = own.binds === 'neither' ? 'neither axis binds' : `${own.binds === 'tokens' ? 'D' : 'N'} binds`;
  return (
    `Your run is ${own.verdict}, ${short(own.size_ratio, 3)} times the best size for its compute: ${binds} ` +
    `(twice N takes ${percent(own.gain_of_twice_params, 2)} off, twice D ${percent(own.gain_of_twice_tokens, 2)})\n` +
    (own.way_out
      ? `The same loss for ${percent(own.wasted, 0)} less compute: N ${counted(own.way_out.params)}, D ${counted(own.way_out.tokens)}\n`
      : '')
  );
}

const bounds = ({ lower, upper }: Ranged, say: (value: number) => string): string =>
  lower === null || upper === null ? '' : ` (${say(lower)} … ${say(upper)})`;

function more(growth: Ranged): string {
  if (!Number.isFinite(growth.value)) return 'no amount of';
  return `${percent(growth.value, 0)} more${bounds(growth, (v) => percent(v, 0))}`;
}
