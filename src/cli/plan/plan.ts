// Does what `offcurve plan` asks.
import {
  type Machine,
  type Gpu,
  type SourcedMachine,
  GPUS,
  USUAL_MFU,
  computeOfHours,
  gpuNamed,
} from '../../planning/gpus.js';
import type { PlanQuestion } from '../../planning/plan.js';
import { answerPlan } from '../../planning/planner.js';
import { mfuFromTable } from './mfu-from-table.js';
import { asUserError } from '../laws/as-user-error.js';
import { readFit } from '../laws/read-fit.js';
import { UserError } from '../user-error.js';
import type { PlanAnswer } from './plan-answer.js';
import { planReport } from './plan-report.js';

export interface PlanOptions {
  compute?: number;
  gpuHours?: number;
  dollars?: number;
  targetLoss?: number;
  gpu?: string;
  gpus: number;
  mfu?: number;
  mfuFrom?: string;
  gpuHourUsd?: number;
  better: number;
  uniqueTokens?: number;
  params?: number;
  tokens?: number;
  tokensNow?: number;
  level: number;
  plot?: string;
  json?: boolean;
}

export async function planRun(path: string, options: PlanOptions): Promise<void> {
  const machine = await machineOf(options);
  const question: PlanQuestion = {
    budget: budgetOf(options, machine),
    machine,
    level: options.level,
    better: options.better,
    uniqueTokens: options.uniqueTokens,
    own: ownOf(options),
  };
  const document = await readFit(path);
  const answer: PlanAnswer = asUserError(() => ({
    ...answerPlan({ document, question, tokensNow: options.tokensNow ?? null }),
    machine: machine && {
      gpu: machine.gpu.name,
      peak_flops: machine.gpu.peakFlops,
      watts: machine.gpu.watts,
      source: machine.gpu.source,
      count: machine.count,
      mfu: machine.mfu,
      mfu_source: machine.mfuSource,
      gpu_hour_usd: machine.gpuHourUsd,
    },
  }));
  for (const warning of answer.warnings) process.stderr.write(`offcurve: warning: ${warning}\n`);
  if (options.plot) {
    const { plotPlan } = await import('./plan-plot.js');
    await plotPlan(options.plot, document, answer);
  }
  process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : planReport(answer));
}

async function machineOf({ gpu, gpus, mfu, mfuFrom, gpuHourUsd }: PlanOptions): Promise<SourcedMachine | null> {
  if (mfu !== undefined && mfuFrom !== undefined)
    throw new UserError('--mfu and --mfu-from are both given', 'give one of them');
  if (gpu === undefined) {
    // Left unsaid, a price asked for would just be missing from the answer.
    const idle = Object.entries({ '--mfu-from': mfuFrom, '--mfu': mfu, '--gpu-hour-usd': gpuHourUsd });
    for (const [option, value] of idle)
      if (value !== undefined) throw new UserError(`${option} needs a GPU`, 'add --gpu, such as --gpu h100');
    return null;
  }
  const found = gpuNamed(gpu);
  if (!found)
    throw new UserError(`there is no GPU ${gpu} in the table`, `use one of ${GPUS.map(({ name }) => name).join(', ')}`);
  return { gpu: found, count: gpus, gpuHourUsd: gpuHourUsd ?? null, ...(await mfuOf(found, mfu, mfuFrom)) };
}

async function mfuOf(gpu: Gpu, given?: number, table?: string): Promise<{ mfu: number; mfuSource: string }> {
  if (given !== undefined) return { mfu: given, mfuSource: 'given' };
  if (table === undefined) return { mfu: USUAL_MFU, mfuSource: 'usual' };
  const { mfu, runs } = await mfuFromTable(table, gpu);
  return { mfu, mfuSource: `median of ${runs} run${runs === 1 ? '' : 's'} of ${table}` };
}

function budgetOf(
  { compute, gpuHours, dollars, targetLoss, gpuHourUsd }: PlanOptions,
  machine: Machine | null,
): PlanQuestion['budget'] {
  const given = [compute, gpuHours, dollars, targetLoss].filter((one) => one !== undefined).length;
  if (given !== 1)
    throw new UserError(
      given === 0 ? 'no budget is given' : `${given} budgets are given`,
      'give one of --compute, --gpu-hours, --dollars and --target-loss',
    );
  if (compute !== undefined) return { compute };
  if (targetLoss !== undefined) return { targetLoss };
  if (!machine) throw new UserError('GPU-hours and dollars need a GPU', 'add --gpu, such as --gpu h100');
  if (gpuHours !== undefined) return { compute: computeOfHours(gpuHours, machine) };
  if (gpuHourUsd === undefined)
    throw new UserError('dollars need a price', 'add --gpu-hour-usd, what a GPU costs for an hour where you rent it');
  return { compute: computeOfHours(dollars! / gpuHourUsd, machine) };
}

function ownOf({ params, tokens, tokensNow }: PlanOptions): PlanQuestion['own'] {
  if (params === undefined && tokens === undefined && tokensNow === undefined) return undefined;
  if (params === undefined || tokens === undefined)
    throw new UserError('a run of your own needs both N and D', 'give --params and --tokens');
  if (tokensNow !== undefined && tokensNow > tokens)
    throw new UserError(
      `--tokens-now ${tokensNow} is more than the run's --tokens ${tokens}`,
      'give as --tokens what it is planned to see, as --tokens-now what it has seen',
    );
  return { params, tokens };
}
