// Plans by a family's kept law: computed, answered, forgotten.
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LawError } from '../../../core/laws/law-error.js';
import type { FamilyLaw } from '../../../forecast/laws/family-law.js';
import { FamilyLaws } from '../../../forecast/laws/family-laws.js';
import { LawStore } from '../../../forecast/laws/law-store.js';
import { missingFor } from '../../../forecast/laws/missing-runs.js';
import { GPUS, type Gpu, type SourcedMachine } from '../../../planning/gpus.js';
import { Planner } from '../../../planning/planner.js';
import { Problem } from '../problem/problem.js';
import { type NoQuery, noQuery } from '../query-values.js';
import { type PlanBody, machineOf, planBody, questionOf } from './plan-body.js';

@ApiTags('laws')
@Controller('v1/plans')
export class PlansController {
  constructor(
    @Inject(LawStore) private readonly store: LawStore,
    @Inject(FamilyLaws) private readonly laws: FamilyLaws,
    @Inject(Planner) private readonly planner: Planner,
  ) {}

  @Get('gpus')
  @ApiOperation({ summary: 'The GPUs that a plan can name, with peak throughput and power by their data sheets' })
  gpus(@Query({ schema: noQuery }) _query: NoQuery) {
    return { items: GPUS.map(({ name, ...gpu }) => ({ name, ...gpuJson(gpu) })), next: null };
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'What a budget buys at best by a family’s law, with neighbours, prices and what more would take',
  })
  async plan(@Body({ schema: planBody }) body: PlanBody) {
    const law = await this.lawFor(body);
    const { document, family, metric, version } = law;
    const machine = await machineOf(body, async () => (await this.laws.gather(family)).runs);
    try {
      return {
        ...{ family, metric, version },
        ...(await this.planner.plan({
          ...{ document, question: questionOf(body, machine), tokensNow: body.tokens_now ?? null },
        })),
        machine: machine && machineJson(machine),
      };
    } catch (error) {
      if (!(error instanceof LawError)) throw error;
      const field = body.target_loss === undefined ? 'family' : 'target_loss';
      throw new Problem(400, 'the law cannot answer this', [{ field, reason: error.message, fix: error.fix }]);
    }
  }

  private async lawFor({ family, metric, version }: PlanBody): Promise<FamilyLaw> {
    if (version !== undefined) {
      const found = await this.store.find(family, metric, version);
      const reason = `there is no version ${version} of the law of ${metric}`;
      if (!found) throw refusal(404, 'version', reason, 'leave it out for the newest');
      return found;
    }
    const newest = await this.store.newest(family);
    const found = newest.find((law) => law.metric === metric);
    if (found) return found;
    if (newest.length > 0) {
      const known = newest.map((law) => law.metric).join(', ');
      throw refusal(404, 'metric', `the family has no law of ${metric}`, `use one of ${known}`);
    }
    const { rows, runs } = await this.laws.gather(family);
    if (runs.length === 0) throw refusal(404, 'family', 'there is no such family', 'GET /v1/families lists them');
    const missing = missingFor(metric, rows.get(metric) ?? []);
    throw refusal(
      409,
      'family',
      'the family has no law yet',
      `it lacks ${missing.join('; ') || 'the fit, which is under way'}`,
    );
  }
}

const refusal = (status: number, field: string, reason: string, fix: string): Problem =>
  new Problem(status, `${reason}: ${fix}`, [{ field, reason, fix }]);

const gpuJson = ({ peakFlops, watts, source }: Omit<Gpu, 'name'>) => ({ peak_flops: peakFlops, watts, source });

const machineJson = ({ gpu, count, mfu, mfuSource, gpuHourUsd }: SourcedMachine) => ({
  ...{ gpu: gpu.name, ...gpuJson(gpu) },
  ...{ count, mfu, mfu_source: mfuSource, gpu_hour_usd: gpuHourUsd },
});
