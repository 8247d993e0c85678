// The service's own health, from what it tells Prometheus at /metrics.
import { type DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as TimePanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { board } from './board.js';

/** Whichever Prometheus reads the service: the reader chooses. */
const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: '${prometheus}' };

const drawn = (title: string, unit: string, expr: string, legend: string, description = '') =>
  new TimePanel()
    .title(title)
    .description(description)
    .height(8)
    .span(12)
    .unit(unit)
    .min(0)
    .datasource(PROMETHEUS)
    .withTarget(new DataqueryBuilder().refId('A').datasource(PROMETHEUS).expr(expr).legendFormat(legend).range());

const rate = (metric: string, by: string) => `sum by (${by}) (rate(${metric}[$__rate_interval]))`;

export const ingest = () =>
  board({
    uid: 'offcurve-ingest',
    title: 'offcurve: ingest health',
    description: 'Whether records come in, are judged in time, and messages go out.',
    from: 'now-6h',
    variables: [new DatasourceVariableBuilder('prometheus').label('Prometheus').type('prometheus')],
    panels: [
      drawn('Records', 'reqps', rate('offcurve_records_total', 'instance'), '{{instance}}', 'Committed, each second.'),
      drawn(
        'Waiting in Kafka',
        'short',
        'max by (topic, partition) (offcurve_consumer_lag_messages)',
        '{{topic}} {{partition}}',
        'Messages that are not read yet. While there are any, no run is called silent.',
      ),
      drawn(
        'From the first record of a batch to its commit, 99 of 100',
        's',
        `histogram_quantile(0.99, ${rate('offcurve_batch_duration_seconds_bucket', 'le, instance')})`,
        '{{instance}}',
      ),
      drawn('Event loop delay, 99 of 100', 's', 'nodejs_eventloop_lag_p99_seconds', '{{instance}}'),
      drawn(
        'Bad messages',
        'short',
        `sum by (reason) (increase(offcurve_dead_letters_total[$__rate_interval]))`,
        '{{reason}}',
      ),
      drawn(
        'Lost before they were read',
        'short',
        'max by (topic, partition) (offcurve_gap_messages_total)',
        '{{topic}} {{partition}}',
      ),
      drawn(
        'Deviations',
        'short',
        `sum by (change, kind) (increase(offcurve_deviation_changes_total[$__rate_interval]))`,
        '{{change}} {{kind}}',
      ),
      drawn(
        'Messages that wait to be sent',
        'short',
        'max by (channel) (offcurve_outbox_waiting_messages)',
        '{{channel}}',
      ),
      drawn(
        'Age of the oldest that waits',
        's',
        'max by (channel) (offcurve_outbox_oldest_age_seconds)',
        '{{channel}}',
      ),
      drawn('Memory', 'bytes', 'process_resident_memory_bytes', '{{instance}}'),
    ],
  });
