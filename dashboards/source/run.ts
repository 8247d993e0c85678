// One run: its loss against the band that was predicted ahead of it, its deviations, its other metrics.
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimePanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { PanelBuilder as TrendPanel } from '@grafana/grafana-foundation-sdk/trend';
import { BigValueGraphMode } from '@grafana/grafana-foundation-sdk/common';
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.js';
import { BAND, EXPECTED, OBSERVED, color, dashed, decimals, deviationLinks, fillTo, pageLink, thin } from './look.js';
import { POSTGRES, series, table } from './postgres-query.js';
import { family, oneRun, otherMetrics, page, project } from './variables.js';

const number = (title: string, sql: string) =>
  new StatPanel().title(title).height(4).span(4).graphMode(BigValueGraphMode.None).withTarget(table(sql));
const standing = (column: string) => `select ${column} from offcurve_standings where run = '$run' and metric = 'loss'`;

/** Each deviation from its onset to its end; one that is not over ends now. */
const DEVIATIONS = `select started_at as time, coalesce(resolved_at, now()) as timeend, kind || ' of ' || metric as text,
       kind || ',' || metric || ',' || status as tags
  from offcurve_deviations where ('$run' = run or '$run' = any (runs)) and started_at < $__timeTo()
   and coalesce(resolved_at, now()) > $__timeFrom()`;

/** The SDK writes an annotation's query only for Grafana's own store: that of a data source lies beside it. */
class SqlAnnotations extends AnnotationQueryBuilder {
  constructor(private readonly sql: string) {
    super();
  }

  override build() {
    return { ...super.build(), rawQuery: this.sql, target: table(this.sql).build() };
  }
}

export const run = () =>
  board({
    uid: 'offcurve-run',
    title: 'offcurve: run',
    description: 'One run against its predicted curve.',
    from: 'now-24h',
    variables: [project(), family(), oneRun(), otherMetrics(), page()],
    annotations: [
      new SqlAnnotations(DEVIATIONS).name('Deviations').datasource(POSTGRES).enable(true).iconColor(EXPECTED),
    ],
    panels: [
      number('Status', `select status from offcurve_runs where run = '$run'`)
        .reduceOptions({ build: () => ({ calcs: ['lastNotNull'], fields: '/.*/' }) })
        .links([pageLink('Open in offcurve', '/runs/${run:percentencode}')]),
      number('Step', `select step from offcurve_runs where run = '$run'`),
      number('Progress', `select progress from offcurve_runs where run = '$run'`).unit('percentunit'),
      number('Loss', standing('observed')).decimals(3),
      number('σ off the curve', standing('sigma')).decimals(1),
      number(
        'Forecast of the final loss',
        `select final from offcurve_forecasts where run = '$run' and metric = 'loss'`,
      ).decimals(3),
      new TrendPanel()
        .title('Loss by step, with the band predicted for single values')
        .description('Extremes are kept: least and greatest of each stretch of about 64 points.')
        .height(13)
        .span(24)
        .xField('step')
        .spanNulls(true)
        .withTarget(
          table(`
      with parts as (
        select step_to as step, attempt, mean as loss, min as least, max as greatest,
               null::float8 as expected, null::float8 as lower, null::float8 as upper
          from offcurve_series where run = '$run' and metric = 'loss' and level = 0
        union all
        select step, attempt, null, null, null, expected, lower, upper
          from offcurve_bands where run = '$run' and metric = 'loss'),
      newest as (select *, max(attempt) over (partition by step) as last from parts)
      select step, min(least) as least, avg(loss) as loss, max(greatest) as greatest,
             max(expected) as expected, max(lower) as "from", max(upper) as "to"
        from newest where attempt = last group by step order by step`),
        )
        .overrideByName('loss', [color(OBSERVED), decimals(3)])
        .overrideByRegexp('/least|greatest/', [color('#56B4E9'), thin])
        .overrideByName('greatest', [fillTo('least')])
        .overrideByName('expected', [color(EXPECTED), dashed])
        .overrideByRegexp('/from|to/', [color(BAND), thin])
        .overrideByName('to', [fillTo('from')]),
      new TablePanel()
        .title('Deviations')
        .height(8)
        .span(24)
        .noValue('None: the run keeps to its curve.')
        .withTarget(
          table(`
      select deviation, kind, metric, side, status, started_at_step as "since step", started_at as since, resolved_at as "until",
             sigma as "σ", expected, observed, tokens, gpu_hours as "GPU-hours", usd as "US$"
        from offcurve_deviations where '$run' = run or '$run' = any (runs) order by opened_at desc limit 200`),
        )
        .overrideByName('deviation', [deviationLinks()])
        .overrideByName('σ', [decimals(1)]),
      new TimePanel()
        .title('$metric')
        .repeat('metric')
        .repeatDirection('h')
        .maxPerRow(3)
        .height(8)
        .span(8)
        .withTarget(
          series(`
      select time_to as time, metric, mean as value from offcurve_series
       where run = '$run' and metric in ($metric) and level = 0 and mean is not null and $__timeFilter(time_to) order by 1`),
        ),
    ],
  });
