// The audit of the service's own past: alarms per run-day against the budget, and how often values lay in their band, by day,
// family and share of training.
import { type AlarmRate, alarmRate } from './alarm-rate.js';
import type { AuditRange, AuditStore, Audited, Stretch } from './audit-store.js';
import { BAND_LEVEL, type Coverage, addCoverage, noCoverage } from './coverage.js';
import { type DayCoverage, coverageOf } from './interval-coverage.js';
import { FamilyCoverage, StageCoverage } from './stage-coverage.js';

export interface AuditBudget {
  perRunDay: number;
  fleetPerDay: number | null;
}

export interface AuditDay {
  /** Days of the epoch, UTC. */
  day: number;
  runDays: number;
  alarms: number;
  falseAlarms: number;
  coverage: Coverage;
}

export interface AuditReport {
  budget: AuditBudget;
  /** All that the detector opened: no more than these can be false. */
  alarms: AlarmRate;
  /** Those that somebody called false: no fewer than these are. */
  falseAlarms: AlarmRate;
  kinds: Record<string, { alarms: number; falseAlarms: number }>;
  days: AuditDay[];
  level: number;
  coverage: StageCoverage;
  families: { family: string | null; coverage: StageCoverage }[];
  /** False where there were more points than one look takes: the newest are counted. */
  complete: boolean;
}

/** Of 512 points each: a first look at all of them takes seconds, later ones find them counted. */
const MOST_STRETCHES = 4_000;
const AT_ONCE = 64;
const MOST_KEPT = 100_000;

export class Audit {
  /** What is in a closed stretch never changes; its stage does where a run is prolonged, or ends: it is counted anew then. */
  private readonly counted = new Map<string, DayCoverage[]>();

  constructor(private readonly parts: { store: AuditStore; budget: AuditBudget }) {}

  async report(range: AuditRange): Promise<AuditReport> {
    const { store, budget } = this.parts;
    const times = await store.runDays(range);
    const said = await store.alarms(range);
    const { counts, complete } = await this.coverage(range);
    const days = new Map<number, AuditDay>();
    const at = (day: number): AuditDay => {
      const none = { day, runDays: 0, alarms: 0, falseAlarms: 0, coverage: noCoverage() };
      const found = days.get(day) ?? none;
      days.set(day, found);
      return found;
    };
    for (const { day, runDays } of times) at(day).runDays += runDays;
    const kinds: AuditReport['kinds'] = {};
    for (const { day, kind, alarms, falseAlarms } of said) {
      at(day).alarms += alarms;
      at(day).falseAlarms += falseAlarms;
      const sum = (kinds[kind] ??= { alarms: 0, falseAlarms: 0 });
      sum.alarms += alarms;
      sum.falseAlarms += falseAlarms;
    }
    const coverage = new StageCoverage();
    const families = new FamilyCoverage();
    for (const { family, count } of counts)
      for (const into of [at(count.day).coverage, coverage.at(count.stage), families.of(family).at(count.stage)])
        addCoverage(into, count);
    const all = [...days.values()].sort((a, b) => a.day - b.day);
    const sum = (of: (day: AuditDay) => number): number => all.reduce((total, day) => total + of(day), 0);
    const runDays = sum((day) => day.runDays);
    const rate = (count: number): AlarmRate => alarmRate(count, runDays, budget.perRunDay);
    return {
      ...{ budget, kinds, days: all, level: BAND_LEVEL, coverage, families: families.byFamily, complete },
      alarms: rate(sum((day) => day.alarms)),
      falseAlarms: rate(sum((day) => day.falseAlarms)),
    };
  }

  private async coverage(range: AuditRange): Promise<{ counts: FamilyCount[]; complete: boolean }> {
    const { store } = this.parts;
    const stretches = await store.stretches(range, MOST_STRETCHES);
    const unknown = stretches.filter((stretch) => !this.counted.has(keyOf(stretch)));
    for (let from = 0; from < unknown.length; from += AT_ONCE) {
      const some = unknown.slice(from, from + AT_ONCE);
      const read = await store.read(some);
      some.forEach((stretch, i) => this.keep(stretch, read[i] ? coverageOf(read[i], stretch.end) : []));
    }
    const [first, last] = [range.from, range.to].map((time) => Math.floor(time / 86_400_000));
    const counts: FamilyCount[] = [];
    const add = ({ family }: Audited, found: readonly DayCoverage[]): void => {
      for (const count of found) if (count.day >= first! && count.day <= last!) counts.push({ family, count });
    };
    for (const stretch of stretches) add(stretch, this.counted.get(keyOf(stretch)) ?? []);
    for (const rows of await store.open(range)) add(rows, coverageOf(rows, rows.end));
    return { counts, complete: stretches.length < MOST_STRETCHES };
  }

  private keep(stretch: Stretch, counts: DayCoverage[]): void {
    this.counted.set(keyOf(stretch), counts);
    if (this.counted.size > MOST_KEPT) this.counted.delete(this.counted.keys().next().value!);
  }
}

interface FamilyCount {
  family: string | null;
  count: DayCoverage;
}

const keyOf = ({ runRef, metric, attempt, seqFrom, end }: Stretch): string =>
  `${runRef} ${metric} ${attempt} ${seqFrom} ${end}`;
