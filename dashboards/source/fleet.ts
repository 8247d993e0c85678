// Every run with its standing, those that need somebody first.
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimePanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { BigValueColorMode, BigValueGraphMode } from '@grafana/grafana-foundation-sdk/common';
import { board } from './board.js';
import { colouredText, decimals, runLinks, sigmaThresholds, unit, width } from './look.js';
import { series, table } from './postgres-query.js';
import { CHOSEN, chosenOf, family, page, project } from './variables.js';

const number = (title: string, sql: string) =>
  new StatPanel()
    .title(title)
    .height(4)
    .span(6)
    .colorMode(BigValueColorMode.None)
    .graphMode(BigValueGraphMode.None)
    .withTarget(table(sql));

export const fleet = () =>
  board({
    uid: 'offcurve-fleet',
    title: 'offcurve: fleet',
    description: 'Every run and how far it is off its predicted curve.',
    from: 'now-24h',
    variables: [project(), family(), page()],
    panels: [
      number(
        'Runs under way',
        `select count(*) from offcurve_runs where status in ('running', 'silent') and ${CHOSEN}`,
      ),
      number('Silent', `select count(*) from offcurve_runs where status = 'silent' and ${CHOSEN}`),
      number('Open deviations', `select count(*) from offcurve_deviations where status <> 'resolved' and ${CHOSEN}`),
      number(
        'GPU-hours that open deviations cost',
        `select coalesce(sum(gpu_hours) filter (where side = 'worse'), 0) as gpu_hours
           from offcurve_deviations where status <> 'resolved' and ${CHOSEN}`,
      ).decimals(1),
      new TablePanel()
        .title('Runs, furthest off their curve first')
        .description('σ: predictive deviations of the newest value off its forecast; above 0 the loss is worse.')
        .height(12)
        .span(24)
        .withTarget(
          table(`
      with furthest as materialized (
        select r.run, r.project, r.family, r.status, r.step, r.progress, s.observed, s.expected, s.sigma, r.last_time
          from offcurve_runs r
          left join offcurve_standings s on s.run = r.run and s.metric = 'loss'
         where ${chosenOf('r.')}
         order by (r.status in ('running', 'silent')) desc, abs(s.sigma) desc nulls last, r.last_time desc nulls last
         limit 500)
      select r.run, r.project, r.family, r.status, r.step, r.progress, r.observed as loss, r.expected, r.sigma as "σ",
             f.final as "final loss", f.lower as "from", f.upper as "to", coalesce(d.open, 0) as "open",
             r.last_time as "last record"
        from furthest r
        left join offcurve_forecasts f on f.run = r.run and f.metric = 'loss'
        left join (select run, count(*) as open from offcurve_deviations where status <> 'resolved' group by run) d
          on d.run = r.run
       order by (r.status in ('running', 'silent')) desc, abs(r.sigma) desc nulls last, r.last_time desc nulls last`),
        )
        .overrideByName('run', [runLinks(), width(220)])
        .overrideByName('progress', [unit('percentunit'), decimals(0)])
        .overrideByName('σ', [decimals(1), colouredText, { id: 'thresholds', value: sigmaThresholds().build() }])
        .overrideByRegexp('/loss|expected|from|to$/', [decimals(3)]),
      new TimePanel()
        .title('Loss of the twenty runs furthest off')
        .height(10)
        .span(16)
        .withTarget(
          series(`
      with furthest as materialized (
        select run from offcurve_standings
         where metric = 'loss' and status in ('running', 'silent', 'finished') and ${CHOSEN}
         order by abs(sigma) desc nulls last limit 20)
      select p.time_to as time, run as metric, p.mean as loss
        from furthest cross join lateral (
          select time_to, mean from offcurve_series s
           where s.run = furthest.run and s.metric = 'loss' and level = 1 and mean is not null
             and $__timeFilter(time_to) offset 0) p
       order by 1`),
        ),
      new TablePanel()
        .title('Families')
        .height(10)
        .span(8)
        .withTarget(
          table(`
      select r.project, r.family, count(*) as runs, count(*) filter (where r.status in ('running', 'silent')) as "under way",
             min(s.observed) as "least loss"
        from offcurve_runs r left join offcurve_standings s on s.run = r.run and s.metric = 'loss'
       where ${chosenOf('r.')}
       group by 1, 2 order by 3 desc`),
        )
        .overrideByName('least loss', [decimals(3)]),
    ],
  });
