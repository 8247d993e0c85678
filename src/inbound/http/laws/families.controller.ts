// Families of runs and the laws that are kept of them.
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { FamilyLaws } from '../../../forecast/laws/family-laws.js';
import { lawJson } from '../../../forecast/laws/law-json.js';
import { LawStore } from '../../../forecast/laws/law-store.js';
import { missingFor } from '../../../forecast/laws/missing-runs.js';
import { runningVerdicts } from '../../../planning/family-verdicts.js';
import { orNotFound } from '../problem/problem.js';
import { type NoQuery, noQuery, numeric } from '../query-values.js';
import { searched } from '../text-values.js';

const MOST_VERSIONS = 100;

const lawsQuery = z.strictObject({
  metric: searched.optional(),
  limit: numeric(z.number().int().min(1).max(MOST_VERSIONS)).default(10),
});

@ApiTags('laws')
@Controller('v1/families')
export class FamiliesController {
  constructor(
    @Inject(LawStore) private readonly store: LawStore,
    @Inject(FamilyLaws) private readonly laws: FamilyLaws,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All families by name, with the newest law of each metric in short' })
  async list(@Query({ schema: noQuery }) _query: NoQuery) {
    const items = [];
    for (const { family, ...counts } of await this.store.families()) {
      const newest = await this.store.newest(family);
      const laws = newest.map(({ metric, version, createdAt, document, rows }) => ({
        ...{ metric, version, created_at: new Date(createdAt).toISOString(), runs: rows.length },
        ...{ form: document.forms[0]?.law ?? null, parameters: document.parameters },
      }));
      items.push({ id: family, ...counts, laws });
    }
    return { items, next: null };
  }

  @Get(':family/laws')
  @ApiOperation({
    summary:
      'Versions of a family’s laws, newest first; what it lacks for one, which runs do not count, and what the law says of those that run',
  })
  async versions(@Param('family') family: string, @Query({ schema: lawsQuery }) query: z.infer<typeof lawsQuery>) {
    const known = (await this.store.families()).find((one) => one.family === family) ?? null;
    orNotFound(known, 'family', family);
    const versions = await this.store.versions(family, query);
    const { rows, leftOut, runs } = await this.laws.gather(family);
    const newest = versions[0];
    return {
      items: versions.map(lawJson),
      next: null,
      missing:
        rows.size === 0
          ? missingFor(query.metric ?? 'loss', [])
          : [...rows].flatMap(([name, of]) => missingFor(name, of)),
      left_out: leftOut,
      running: newest ? runningVerdicts(newest.document, runs) : [],
    };
  }
}
