// A family's law as the page draws it: with its runs, over its versions, and beside another family's.
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { LawError } from '../../../core/laws/law-error.js';
import type { FamilyLaw } from '../../../forecast/laws/family-law.js';
import { FamilyLaws } from '../../../forecast/laws/family-laws.js';
import { lawHistory } from '../../../forecast/laws/law-history.js';
import { lawPicture } from '../../../forecast/laws/law-picture.js';
import { LawStore } from '../../../forecast/laws/law-store.js';
import type { Comparison } from '../../../planning/compare-families.js';
import { Planner } from '../../../planning/planner.js';
import { runsOnLaw } from '../../../planning/runs-on-law.js';
import { RunReader, type RunSummary } from '../../../runs/run-reader.js';
import { Problem, notFound } from '../problem/problem.js';
import { numeric } from '../query-values.js';
import { searched } from '../text-values.js';

const MOST_VERSIONS = 100;
const MOST_COMPARED = 64;

const asked = {
  metric: searched.default('loss'),
  level: numeric(z.number().gt(0).lt(1)).default(0.9),
};
const pictureQuery = z.strictObject({ ...asked, version: numeric(z.number().int().positive()).optional() });
const historyQuery = z.strictObject({
  ...asked,
  limit: numeric(z.number().int().min(1).max(MOST_VERSIONS)).default(50),
});
const multiplierQuery = z.strictObject({ ...asked, with: searched });

@ApiTags('laws')
@Controller('v1/families/:family')
export class FamilyPictureController {
  /** Two versions always compare alike, and the comparison takes a while. */
  private readonly compared = new Map<string, Comparison>();

  constructor(
    @Inject(LawStore) private readonly store: LawStore,
    @Inject(FamilyLaws) private readonly laws: FamilyLaws,
    @Inject(RunReader) private readonly reader: RunReader,
    @Inject(Planner) private readonly planner: Planner,
  ) {}

  @Get('picture')
  @ApiOperation({
    summary:
      'All that a picture of the family’s law needs: the best loss by compute with its interval, curves of one size and of one budget, its runs, and where the running ones stand',
  })
  async picture(@Param('family') family: string, @Query({ schema: pictureQuery }) query: z.infer<typeof pictureQuery>) {
    const law = await this.lawOf(family, query.metric, query.version);
    const { runs } = await this.laws.gather(family);
    const { document, version, rows, changes, createdAt } = law;
    const { law: form, forms, parameters, standard_errors, intervals, optimum, diagnostics, range } = document;
    return {
      ...{ family, metric: query.metric, version, created_at: new Date(createdAt).toISOString(), changes },
      ...{ law: form, forms: forms.map(({ law: of, weight }) => ({ law: of, weight })) },
      ...{ parameters, standard_errors, intervals, optimum, diagnostics, range },
      picture: lawPicture(document, rows, query.level),
      running: await Promise.all(
        runsOnLaw(document, query.metric, runs, query.level).map(async (run) => ({
          ...run,
          ...namesOf(runs, run.run),
          forecast: await this.finalOf(run.run, query.metric),
        })),
      ),
    };
  }

  @Get('history')
  @ApiOperation({
    summary: 'The versions of the family’s law of a metric, newest first, and what each says of one far run',
  })
  async history(@Param('family') family: string, @Query({ schema: historyQuery }) query: z.infer<typeof historyQuery>) {
    const { metric, limit, level } = query;
    const versions = await this.store.versions(family, { metric, limit });
    if (versions.length === 0) throw notFound('law', `${metric} of ${family}`);
    return { family, metric, ...lawHistory(versions, level) };
  }

  @Get('multiplier')
  @ApiOperation({ summary: 'How many times less compute the family `with` needs for this family’s loss' })
  async multiplier(
    @Param('family') family: string,
    @Query({ schema: multiplierQuery }) query: z.infer<typeof multiplierQuery>,
  ) {
    const { metric, level } = query;
    const [a, b] = [await this.lawOf(family, metric), await this.lawOf(query.with, metric)];
    const key = JSON.stringify([a, b].map((law) => [law.family, law.metric, law.version]).concat([[level]]));
    const known = this.compared.get(key) ?? (await this.comparison(a, b, level));
    this.compared.set(key, known);
    if (this.compared.size > MOST_COMPARED) this.compared.delete(this.compared.keys().next().value!);
    return { family, with: query.with, metric, versions: [a.version, b.version], ...known };
  }

  private async lawOf(family: string, metric: string, version?: number): Promise<FamilyLaw> {
    const found =
      version === undefined
        ? (await this.store.newest(family)).find((law) => law.metric === metric)
        : await this.store.find(family, metric, version);
    if (!found) throw notFound('law', `${metric} of ${family}${version === undefined ? '' : `, version ${version}`}`);
    return found;
  }

  private async comparison(a: FamilyLaw, b: FamilyLaw, level: number): Promise<Comparison> {
    try {
      return await this.planner.compare({ a: a.document, b: b.document, level });
    } catch (error) {
      if (!(error instanceof LawError)) throw error;
      throw new Problem(400, 'these two cannot be compared', [
        { field: 'with', reason: error.message, fix: error.fix },
      ]);
    }
  }

  /** The forecast of the run's own end; null where it abstains or has none. */
  private async finalOf(run: string, metric: string): Promise<unknown> {
    const forecasts = (await this.reader.forecasts(run)) ?? [];
    const { forecast } = forecasts.find((one) => one.metric === metric) ?? { forecast: null };
    return (forecast as { final?: unknown } | null)?.final ?? null;
  }
}

function namesOf(runs: readonly RunSummary[], id: string): { name: string; status: string } {
  const run = runs.find((one) => one.id === id)!;
  return { name: run.metadata.name ?? id, status: run.status };
}
