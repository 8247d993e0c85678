// Reads for the audit: time judged and alarms by day, closed and open rows beside the knots of their band.
import {
  type AuditRange,
  AuditStore,
  type Audited,
  type AuditedPoint,
  type Knot,
  type ReadStretch,
  type Stretch,
} from '../../alerting/audit/audit-store.js';
import { plannedEnd } from '../../forecast/rate-plan.js';
import type { RunMetadata } from '../../runs/run-announcement.js';
import type { Database } from './database.js';
import { fromJson } from './exact-json.js';
import { decodeSegment } from './points/segment-codec.js';

const DAY_MS = 86_400_000;
/** Not of the detector's thresholds: the budget says nothing of them. */
const NOT_JUDGED = ['silent', 'slow', 'non-finite', 'off-law'];

/** Judged metrics of the runs asked for, by name and by place in their rows. */
const JUDGED = `judged as (
  select r.ref, r.id, r.usual_pace_ms, m.name, array_position(r.metric_names, m.name) - 1 as metric,
         row_number() over (partition by r.ref order by m.name) = 1 as first
    from runs r, lateral json_object_keys(r.standings) as m(name)
   where ($3::text is null or r.project = $3) and ($4::text is null or r.family = $4) and r.last_time >= $1 and r.first_time < $2
     and array_position(r.metric_names, m.name) is not null)`;

export class PostgresAuditStore extends AuditStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async families(range: AuditRange): Promise<(string | null)[]> {
    const rows = await this.database.query<{ family: string | null }>(
      `select distinct r.family from runs r
        where ($3::text is null or r.project = $3) and ($4::text is null or r.family = $4)
          and r.last_time >= $1 and r.first_time < $2
        order by 1`,
      valuesOf(range),
    );
    return rows.map(({ family }) => family);
  }

  override async runDays(range: AuditRange) {
    const rows = await this.database.query<{ day: string; ms: number }>(
      `with ${JUDGED}, counts as (
         select j.ref, b.time_from as time, b.count::float8 * j.usual_pace_ms as ms
           from judged j join buckets b on b.run_ref = j.ref and b.metric = j.metric and b.level = 0
          where j.first and b.time_from >= $1 and b.time_from < $2
         union all
         select j.ref, p.time, j.usual_pace_ms
           from judged j join points p on p.run_ref = j.ref
          where j.first and p.values[j.metric + 1] is not null and p.time >= $1 and p.time < $2)
       select floor(time / ${DAY_MS})::int as day, sum(ms) as ms from counts group by 1 order by 1`,
      valuesOf(range),
    );
    return rows.map(({ day, ms }) => ({ day: Number(day), runDays: Number(ms) / DAY_MS }));
  }

  override async alarms(range: AuditRange) {
    const rows = await this.database.query<{ day: string; kind: string; alarms: string; false_alarms: string }>(
      // History arrives long after it was logged: the day is that of the stretch in which the deviation opened.
      `with placed as (
         select d.kind, d.false_alarm, coalesce(
                  (select min(b.time_to) from runs r join buckets b on b.run_ref = r.ref and b.level = 0
                    where r.id = coalesce(d.run, d.runs[1]) and b.attempt = d.attempt
                      and d.opened_at_step between b.step_from and b.step_to),
                  d.opened_at) as time
           from deviations d
          where d.kind <> all($5) and ($3::text is null or d.project = $3) and ($4::text is null or d.family = $4))
       select floor(time / ${DAY_MS})::int as day, kind, count(*) as alarms,
              count(*) filter (where false_alarm) as false_alarms
         from placed where time >= $1 and time < $2 group by 1, 2 order by 1, 2`,
      [...valuesOf(range), NOT_JUDGED],
    );
    return rows.map(({ day, kind, alarms, false_alarms }) => ({
      ...{ day: Number(day), kind, alarms: Number(alarms), falseAlarms: Number(false_alarms) },
    }));
  }

  override async stretches(range: AuditRange, most: number): Promise<Stretch[]> {
    const rows = await this.database.query<Omit<Stretch, keyof Audited>>(
      `with ${JUDGED}
       select s.run_ref as "runRef", s.metric, j.name, s.attempt, s.seq_from as "seqFrom"
         from judged j join segments s on s.run_ref = j.ref and s.metric = j.metric
         join buckets b on b.run_ref = s.run_ref and b.metric = s.metric and b.level = 1
          and b.attempt = s.attempt and b.seq_from = s.seq_from
        where b.time_to >= $1 and b.time_from < $2 and not exists (
          select from deviations d
           where d.run = j.id and d.attempt = s.attempt and d.metric = j.name and not d.false_alarm
             and d.started_at_step <= s.step_to and (d.status <> 'resolved' or d.step >= s.step_from))
        order by b.time_to desc limit $5`,
      [...valuesOf(range), most],
    );
    const runs = await this.runs(rows.map(({ runRef }) => runRef));
    return rows.map((row) => ({ ...row, ...(runs.get(row.runRef) ?? GONE) }));
  }

  override async read(stretches: readonly Stretch[]): Promise<(ReadStretch | null)[]> {
    const rows = await this.database.query<{ ord: string; data: Buffer | null; knots: number[][] | null }>(
      `select place.ord, s.data, (
         select json_agg(array[k.step::float8, k.expected, k.lower, k.upper] order by k.step) from band_knots k
          where k.run_ref = s.run_ref and k.metric = place.name and k.attempt = s.attempt
            and k.step >= coalesce((select max(step) from band_knots where run_ref = s.run_ref and metric = place.name
                                       and attempt = s.attempt and step <= s.step_from), s.step_from)
            and k.step <= coalesce((select min(step) from band_knots where run_ref = s.run_ref and metric = place.name
                                       and attempt = s.attempt and step >= s.step_to), s.step_to)) as knots
         from unnest($1::int[], $2::int[], $3::text[], $4::int[], $5::int[])
              with ordinality as place(run_ref, metric, name, attempt, seq_from, ord)
         left join segments s using (run_ref, metric, attempt, seq_from)
        order by place.ord`,
      [
        stretches.map(({ runRef }) => runRef),
        stretches.map(({ metric }) => metric),
        stretches.map(({ name }) => name),
        stretches.map(({ attempt }) => attempt),
        stretches.map(({ seqFrom }) => seqFrom),
      ],
    );
    return rows.map(({ data, knots }) => data && { points: pointsOf(data), knots: (knots ?? []).map(knotOf) });
  }

  override async open(range: AuditRange): Promise<(ReadStretch & Audited)[]> {
    const rows = await this.database.query<{ ref: number; points: number[][]; knots: number[][] | null }>(
      `with ${JUDGED}, open as (
         select j.ref, j.id, j.name, p.attempt, min(p.step) as first, max(p.step) as last,
                json_agg(array[p.step::float8, p.time, p.values[j.metric + 1]] order by p.step) as points
           from judged j join points p on p.run_ref = j.ref
          where p.values[j.metric + 1] is not null and p.values[j.metric + 1] < 'Infinity' and not p.late
            and p.time >= $1 and p.time < $2
          group by 1, 2, 3, 4)
       select o.ref, o.points, (
         select json_agg(array[k.step::float8, k.expected, k.lower, k.upper] order by k.step) from band_knots k
          where k.run_ref = o.ref and k.metric = o.name and k.attempt = o.attempt) as knots
         from open o where not exists (
          select from deviations d
           where d.run = o.id and d.attempt = o.attempt and d.metric = o.name and not d.false_alarm
             and d.started_at_step <= o.last and (d.status <> 'resolved' or d.step >= o.first))`,
      valuesOf(range),
    );
    const runs = await this.runs(rows.map(({ ref }) => ref));
    return rows.map(({ ref, points, knots }) => ({
      ...(runs.get(ref) ?? GONE),
      points: points.map(([step, time, value]) => ({ step: step!, time: time!, value: value! })),
      knots: (knots ?? []).map(knotOf),
    }));
  }

  /** Apart from their rows: metadata may be long, and a run has many stretches. */
  private async runs(refs: readonly number[]): Promise<Map<number, Audited>> {
    const rows = await this.database.query<{
      ref: number;
      family: string | null;
      metadata: unknown;
      finished: string | null;
    }>(
      `select ref, family, metadata, case when status = 'finished' then newest_step end as finished
         from runs where ref = any($1)`,
      [[...new Set(refs)]],
    );
    return new Map(
      rows.map(({ ref, family, metadata, finished }) => {
        const end = plannedEnd(fromJson(metadata) as RunMetadata) ?? (finished === null ? null : Number(finished));
        return [ref, { family, end }];
      }),
    );
  }
}

/** A run that was deleted in between. */
const GONE: Audited = { family: null, end: null };

const valuesOf = ({ from, to, project, family }: AuditRange) => [from, to, project, family] as const;

const knotOf = ([step, expected, lower, upper]: number[]): Knot => ({
  ...{ step: step!, expected: expected!, lower: lower!, upper: upper! },
});

function pointsOf(data: Buffer): AuditedPoint[] {
  const { steps, times, late, values } = decodeSegment(data);
  const points: AuditedPoint[] = [];
  for (let i = 0; i < steps.length; i++)
    if (late[i] === 0) points.push({ step: steps[i]!, time: times[i]!, value: values[i]! });
  return points.sort((a, b) => a.step - b.step);
}
