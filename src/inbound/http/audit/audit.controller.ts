// How well the detector has kept its promises here: false alarms against the budget, and coverage of its intervals.
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { AlarmRate } from '../../../alerting/audit/alarm-rate.js';
import { Audit, type AuditReport } from '../../../alerting/audit/audit.js';
import type { Coverage } from '../../../alerting/audit/interval-coverage.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

const auditQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(MOST_DAYS).default(30),
  project: z.string().min(1).max(256).optional(),
});

@ApiTags('deviations')
@Controller('v1/audit')
export class AuditController {
  constructor(@Inject(Audit) private readonly audit: Audit) {}

  @Get()
  @ApiOperation({
    summary: 'Alarms per run-day against the budget, and how often single values lay in their band, day by day (UTC)',
  })
  async report(@Query({ schema: auditQuery }) { days, project }: z.infer<typeof auditQuery>) {
    const to = Date.now();
    const from = (Math.floor(to / DAY_MS) - days + 1) * DAY_MS;
    const report = await this.audit.report({ from, to, project: project ?? null });
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), ...reportJson(report) };
  }
}

function reportJson({ budget, alarms, falseAlarms, kinds, days, level, coverage, complete }: AuditReport) {
  return {
    budget: { per_run_day: budget.perRunDay, fleet_per_day: budget.fleetPerDay },
    alarms: rateJson(alarms),
    false_alarms: rateJson(falseAlarms),
    kinds: Object.entries(kinds).map(([kind, counts]) => ({
      ...{ kind, alarms: counts.alarms, false_alarms: counts.falseAlarms },
    })),
    coverage: { level, complete, ...coverageJson(coverage) },
    days: days.map((one) => ({
      day: new Date(one.day * DAY_MS).toISOString().slice(0, 10),
      ...{ run_days: one.runDays, alarms: one.alarms, false_alarms: one.falseAlarms },
      coverage: coverageJson(one.coverage),
    })),
  };
}

/** A rate over no time at all is no number: null. */
const rateJson = ({ alarms, runDays, perRunDay, lower, upper, verdict }: AlarmRate) => ({
  ...{ count: alarms, run_days: runDays },
  ...(runDays > 0 ? { per_run_day: perRunDay, lower, upper } : { per_run_day: null, lower: null, upper: null }),
  verdict,
});

const coverageJson = ({ points, below, above }: Coverage) => ({
  ...{ points, below, above },
  share: points > 0 ? (points - below - above) / points : null,
});
