// `offcurve audit --database`: what the service stored, in all and family by family, straight from its database.
import { Audit } from '../../alerting/audit/audit.js';
import { reportJson } from '../../alerting/audit/audit-json.js';
import { Database } from '../../outbound/postgres/database.js';
import { PostgresAuditStore } from '../../outbound/postgres/postgres-audit-store.js';
import { UserError } from '../user-error.js';
import { coverageText, rateText } from './audit-text.js';

const DAY_MS = 86_400_000;

/** @param perRunDay alarms accepted per run-day */
export async function auditDatabase(
  perRunDay: number,
  { days, json }: { days: number; json?: boolean },
): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (!url)
    throw new UserError(
      '--database needs DATABASE_URL',
      "set it to the service's database; of a service with its own Postgres ask GET /v1/audit",
    );
  const database = new Database({ url });
  try {
    const store = new PostgresAuditStore(database);
    const audit = new Audit({ store, budget: { perRunDay, fleetPerDay: null } });
    const to = Date.now();
    const range = { from: (Math.floor(to / DAY_MS) - days + 1) * DAY_MS, to, project: null, family: null };
    const all = await audit.report(range);
    const families = [];
    for (const family of await store.families(range))
      if (family !== null) families.push({ family, report: await audit.report({ ...range, family }) });
    if (json) {
      const parts = families.map(({ family, report }) => ({ family, ...reportJson(report) }));
      process.stdout.write(`${JSON.stringify({ ...reportJson(all), families: parts })}\n`);
      return;
    }
    const lines = [rateText(all.alarms, perRunDay, 'all runs'), coverageText('all runs', all.coverage)];
    for (const { family, report } of families)
      lines.push(rateText(report.alarms, perRunDay, family), coverageText(family, report.coverage));
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await database.close();
  }
}
