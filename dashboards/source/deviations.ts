// All deviations in a time: what they are, what they cost, who was told.
import { PanelBuilder as BarPanel } from '@grafana/grafana-foundation-sdk/barchart';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimePanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { GraphDrawStyle, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { board } from './board.js';
import { decimals, deviationLinks, links, pageLink, unit } from './look.js';
import { series, table } from './postgres-query.js';
import { CHOSEN, CHOSEN_RUNS, family, page, project, runs } from './variables.js';

const IN_VIEW = `$__timeFilter(opened_at) and ${CHOSEN} and ${CHOSEN_RUNS}`;

export const deviations = () =>
  board({
    uid: 'offcurve-deviations',
    title: 'offcurve: deviations',
    description: 'What left its curve, since when, how sure it is and at what cost.',
    from: 'now-7d',
    variables: [project(), family(), runs(), page()],
    panels: [
      new TimePanel()
        .title('Opened, by kind')
        .height(8)
        .span(12)
        .drawStyle(GraphDrawStyle.Bars)
        .stacking({ build: () => ({ mode: StackingMode.Normal, group: 'A' }) })
        .fillOpacity(80)
        .decimals(0)
        .withTarget(
          series(`
      select $__timeGroupAlias(opened_at, $__interval), kind as metric, count(*) as opened
        from offcurve_deviations where ${IN_VIEW} group by 1, 2 order by 1`),
        ),
      new BarPanel()
        .title('Kinds, and how many were false alarms')
        .height(8)
        .span(12)
        .withTarget(
          table(`
      select kind, count(*) filter (where not false_alarm) as kept, count(*) filter (where false_alarm) as "false alarms"
        from offcurve_deviations where ${IN_VIEW} group by kind order by 2 desc`),
        ),
      new TablePanel()
        .title('Deviations, those still open first')
        .height(14)
        .span(24)
        .noValue('None in this time.')
        .withTarget(
          table(`
      select deviation, coalesce(run, array_to_string(runs, ', ')) as run, project, family, kind, metric, side, status,
             started_at as since, resolved_at as "until", started_at_step as "since step", step, sigma as "σ",
             expected, observed, compute_share as "of its compute", tokens, gpu_hours as "GPU-hours", usd as "US$"
        from (select deviation from offcurve_deviations where ${IN_VIEW}
               order by status = 'resolved', opened_at desc limit 500) shown
        join offcurve_deviations using (deviation)
       order by status = 'resolved', opened_at desc`),
        )
        .overrideByName('deviation', [deviationLinks()])
        .overrideByName('run', [links(pageLink('Open in offcurve', '/runs/${__data.fields.run:percentencode}'))])
        .overrideByName('of its compute', [unit('percentunit'), decimals(1)])
        .overrideByName('US$', [unit('currencyUSD')])
        .overrideByName('tokens', [unit('short')])
        .overrideByRegexp('/σ|GPU-hours/', [decimals(1)]),
      new TablePanel()
        .title('Messages, by channel')
        .height(7)
        .span(24)
        .noValue('No message was due in this time.')
        .withTarget(
          table(`
      select channel, count(*) as messages, count(*) filter (where state = 'sent') as sent,
             count(*) filter (where state = 'pending') as waiting, count(*) filter (where state = 'failed') as "given up",
             max(tries) as "most tries", avg(extract(epoch from sent_at - created_at)) as "seconds to send"
        from offcurve_notifications where $__timeFilter(created_at) group by channel order by channel`),
        )
        .overrideByName('seconds to send', [decimals(1)]),
    ],
  });
