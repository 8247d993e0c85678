// The audit of the service's own past: alarms per run-day against the budget, and how often values lay in their band, day by day.
import { type AlarmRate, alarmRate } from './alarm-rate.js';
import type { AuditRange, AuditStore, Stretch } from './audit-store.js';
import { BAND_LEVEL, type Coverage, type CoverageByDay, addCoverage, coverageOf } from './interval-coverage.js';

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
  coverage: Coverage;
  /** False where there were more points than one look takes: the newest are counted. */
  complete: boolean;
}

/** Of 512 points each: a first look at all of them takes seconds, later ones find them counted. */
const MOST_STRETCHES = 4_000;
const AT_ONCE = 64;
const MOST_KEPT = 100_000;

export class Audit {
  /** What is in a closed stretch never changes. */
  private readonly counted = new Map<string, CoverageByDay>();

  constructor(private readonly parts: { store: AuditStore; budget: AuditBudget }) {}

  async report(range: AuditRange): Promise<AuditReport> {
    const { store, budget } = this.parts;
    const times = await store.runDays(range);
    const said = await store.alarms(range);
    const { byDay, complete } = await this.coverage(range);
    const days = new Map<number, AuditDay>();
    const at = (day: number): AuditDay => {
      const none = { day, runDays: 0, alarms: 0, falseAlarms: 0, coverage: { points: 0, below: 0, above: 0 } };
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
    for (const [day, coverage] of byDay) at(day).coverage = coverage;
    const all = [...days.values()].sort((a, b) => a.day - b.day);
    const sum = (of: (day: AuditDay) => number): number => all.reduce((total, day) => total + of(day), 0);
    const runDays = sum((day) => day.runDays);
    const rate = (count: number): AlarmRate => alarmRate(count, runDays, budget.perRunDay);
    return {
      ...{ budget, kinds, days: all, level: BAND_LEVEL, complete },
      alarms: rate(sum((day) => day.alarms)),
      falseAlarms: rate(sum((day) => day.falseAlarms)),
      coverage: {
        points: sum((day) => day.coverage.points),
        below: sum((day) => day.coverage.below),
        above: sum((day) => day.coverage.above),
      },
    };
  }

  private async coverage(range: AuditRange): Promise<{ byDay: CoverageByDay; complete: boolean }> {
    const { store } = this.parts;
    const byDay: CoverageByDay = new Map();
    const stretches = await store.stretches(range, MOST_STRETCHES);
    const unknown = stretches.filter((stretch) => !this.counted.has(keyOf(stretch)));
    for (let from = 0; from < unknown.length; from += AT_ONCE) {
      const some = unknown.slice(from, from + AT_ONCE);
      const read = await store.read(some);
      some.forEach((stretch, i) => this.keep(stretch, read[i] ? coverageOf(read[i]) : new Map()));
    }
    for (const stretch of stretches) addCoverage(byDay, this.counted.get(keyOf(stretch)) ?? new Map());
    for (const rows of await store.open(range)) addCoverage(byDay, coverageOf(rows));
    const [first, last] = [range.from, range.to].map((time) => Math.floor(time / 86_400_000));
    for (const day of byDay.keys()) if (day < first! || day > last!) byDay.delete(day);
    return { byDay, complete: stretches.length < MOST_STRETCHES };
  }

  private keep(stretch: Stretch, coverage: CoverageByDay): void {
    this.counted.set(keyOf(stretch), coverage);
    if (this.counted.size > MOST_KEPT) this.counted.delete(this.counted.keys().next().value!);
  }
}

const keyOf = ({ runRef, metric, attempt, seqFrom }: Stretch): string => `${runRef} ${metric} ${attempt} ${seqFrom}`;
