// Families and their laws: what was measured beside what the law says, its parameters over versions, runs under way.
import {
  BigValueColorMode,
  BigValueGraphMode,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimePanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { PanelBuilder as XyPanel, SeriesMapping, XYShowMode } from '@grafana/grafana-foundation-sdk/xychart';
import { board } from './board.js';
import { EXPECTED, OBSERVED, color, decimals, links, pageLink, runLinks, unit } from './look.js';
import { series, table } from './postgres-query.js';
import { lawMetric, oneFamily, page } from './variables.js';

const OF_LAW = `family = '$family' and metric = '$law_metric'`;
const NEWEST = `${OF_LAW} and version = (select max(version) from offcurve_laws where ${OF_LAW})`;

const logScale = () => new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10);

const number = (title: string, column: string) =>
  new StatPanel()
    .title(title)
    .height(4)
    .span(6)
    .colorMode(BigValueColorMode.None)
    .graphMode(BigValueGraphMode.None)
    .noValue('no law yet')
    .withTarget(table(`select ${column} as value from offcurve_laws where ${NEWEST}`));

export const laws = () =>
  board({
    uid: 'offcurve-laws',
    title: 'offcurve: families and laws',
    description: 'The scaling law of a family of runs, the runs behind it, and how it moved from version to version.',
    from: 'now-90d',
    variables: [oneFamily(), lawMetric(), page()],
    panels: [
      number('Version', 'version'),
      number('Runs behind it', 'runs'),
      number('Off by, on its own runs', 'rms').unit('percentunit').decimals(2),
      number('Trusted to a compute of, FLOP', 'trusted_to_compute').unit('sci').decimals(1),
      new XyPanel()
        .title('Loss by compute: measured, and what the law says of each run')
        .height(12)
        .span(12)
        .show(XYShowMode.Points)
        .mapping(SeriesMapping.Auto)
        .scaleDistribution(logScale())
        .noValue('No law yet: a family needs four finished runs of several sizes.')
        .withTarget(table(`select compute, loss, said from offcurve_law_runs where ${NEWEST} order by compute`))
        .overrideByName('compute', [unit('sci')])
        .overrideByName('loss', [color(OBSERVED), decimals(3)])
        .overrideByName('said', [color(EXPECTED), decimals(3)]),
      new XyPanel()
        .title('Residuals by compute')
        .description('Measured over said: above 0 a run ended worse than the law says.')
        .height(12)
        .span(12)
        .show(XYShowMode.Points)
        .mapping(SeriesMapping.Auto)
        .withTarget(
          table(`
      select log(compute) as "log10 of compute", loss / said - 1 as residual
        from offcurve_law_runs where ${NEWEST} and said is not null order by compute`),
        )
        .overrideByName('residual', [unit('percentunit'), decimals(2), color(OBSERVED)]),
      new TimePanel()
        .title('Parameters over versions')
        .height(9)
        .span(12)
        .showPoints(VisibilityMode.Always)
        .withTarget(
          series(`
      select created_at as time, parameter as metric, value from offcurve_law_parameters
       where ${OF_LAW} and parameter in ('E', 'alpha', 'beta', 'a', 'b', 'g') order by 1`),
        ),
      new TablePanel()
        .title('Versions')
        .height(9)
        .span(12)
        .withTarget(
          table(`
      select version, created_at as fitted, runs, form, rms as "off by", trusted_to_compute as "trusted to", changes
        from offcurve_laws where ${OF_LAW} order by version desc limit 100`),
        )
        .overrideByName('version', [
          links(pageLink('Open in offcurve', '/families/${family:percentencode}?version=${__value.raw}')),
        ])
        .overrideByName('off by', [unit('percentunit'), decimals(2)])
        .overrideByName('trusted to', [unit('sci')]),
      new TablePanel()
        .title('Runs behind the newest version')
        .height(10)
        .span(12)
        .withTarget(
          table(`
      select run, params, tokens, compute, loss, said, loss / said - 1 as "off by", loss_from as "loss is from"
        from offcurve_law_runs where ${NEWEST} order by compute`),
        )
        .overrideByName('run', [runLinks()])
        .overrideByRegexp('/params|tokens/', [unit('short')])
        .overrideByName('compute', [unit('sci')])
        .overrideByRegexp('/loss|said/', [decimals(3)])
        .overrideByName('off by', [unit('percentunit'), decimals(2)]),
      new TablePanel()
        .title('Runs under way: their own forecast of the end')
        .height(10)
        .span(12)
        .noValue('No run of the family is under way.')
        .withTarget(
          table(`
      select r.run, r.status, r.progress, r.params, f.final as "final loss", f.lower as "from", f.upper as "to"
        from offcurve_runs r left join offcurve_forecasts f on f.run = r.run and f.metric = '$law_metric'
       where r.family = '$family' and r.status in ('running', 'silent') order by r.run limit 500`),
        )
        .overrideByName('run', [runLinks()])
        .overrideByName('progress', [unit('percentunit'), decimals(0)])
        .overrideByName('params', [unit('short')])
        .overrideByRegexp('/final loss|from|to/', [decimals(3)]),
    ],
  });
