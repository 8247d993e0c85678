// The reading interface of runs, and what may be changed of them: name, tags, project; or all of it by deleting.
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { FamilyLaws } from '../../../forecast/laws/family-laws.js';
import { RunReader } from '../../../runs/run-reader.js';
import { Ingest } from '../../../watch/ingest.js';
import { pageQuery } from '../page-query.js';
import { notFound, orNotFound } from '../problem/problem.js';
import { type NoQuery, noQuery } from '../query-values.js';
import { newName, searched } from '../text-values.js';
import { runJson } from './run-json.js';

const STATUSES = ['announced', 'running', 'silent', 'finished', 'failed', 'stopped'] as const;

const listQuery = z.strictObject({
  ...pageQuery,
  project: searched.optional(),
  family: searched.optional(),
  tag: searched.optional(),
  status: z.enum(STATUSES).optional(),
  text: searched.optional(),
});

const patchBody = z.strictObject({
  name: newName.optional(),
  project: newName.optional(),
  tags: z.array(newName).max(64).optional(),
});

@ApiTags('runs')
@Controller('v1/runs')
export class RunsController {
  constructor(
    @Inject(RunReader) private readonly reader: RunReader,
    @Inject(Ingest) private readonly ingest: Ingest,
    @Inject(FamilyLaws) private readonly laws: FamilyLaws,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All runs, newest first; `text` looks into ids and names' })
  async list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>) {
    const { items, next } = await this.reader.list(query);
    return { items: items.map(runJson), next };
  }

  @Get(':run')
  @ApiOperation({ summary: 'One run: its metadata, how its metrics stand, what was counted' })
  async find(@Param('run') id: string, @Query({ schema: noQuery }) _query: NoQuery) {
    return runJson(orNotFound(await this.reader.find(id), 'run', id));
  }

  @Patch(':run')
  @ApiOperation({ summary: 'Rename or tag a run, or move it to a project' })
  async patch(@Param('run') id: string, @Body({ schema: patchBody }) changes: z.infer<typeof patchBody>) {
    return runJson(orNotFound(await this.reader.patch(id, changes), 'run', id));
  }

  @Delete(':run')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a run with all it has: points, deviations, messages' })
  async remove(@Param('run') id: string): Promise<void> {
    const family = (await this.reader.find(id))?.metadata.family;
    if (!(await this.reader.remove(id))) throw notFound('run', id);
    await this.ingest.forget([id]);
    // The family's laws may have been fitted to it.
    if (family !== undefined) this.laws.note(family);
  }
}
