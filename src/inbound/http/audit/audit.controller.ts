// How well the detector has kept its promises here: false alarms against the budget, and coverage of its intervals.
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Audit } from '../../../alerting/audit/audit.js';
import { reportJson } from '../../../alerting/audit/audit-json.js';
import { numeric } from '../query-values.js';
import { searched } from '../text-values.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

const auditQuery = z.strictObject({
  days: numeric(z.number().int().min(1).max(MOST_DAYS)).default(30),
  project: searched.optional(),
  family: searched.optional(),
});

@ApiTags('deviations')
@Controller('v1/audit')
export class AuditController {
  constructor(@Inject(Audit) private readonly audit: Audit) {}

  @Get()
  @ApiOperation({
    summary:
      'Alarms per run-day against the budget, and how often single values lay in their band, day by day (UTC), by family and share of training',
  })
  async report(@Query({ schema: auditQuery }) { days, project, family }: z.infer<typeof auditQuery>) {
    const to = Date.now();
    const from = (Math.floor(to / DAY_MS) - days + 1) * DAY_MS;
    const report = await this.audit.report({ from, to, project: project ?? null, family: family ?? null });
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), ...reportJson(report) };
  }
}
