// What a reader chooses at the top of a dashboard, and the SQL that keeps to the choice.
import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { POSTGRES } from './postgres-query.js';

/** Stands for all: Grafana would otherwise write ten thousand names into each query. It is put in as it is. */
const ALL = "'*'";
/** What runs without a project or family are listed under. */
const NONE = '(none)';

const query = (name: string, sql: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name).datasource(POSTGRES).query(sql).definition(sql);

const many = (name: string, sql: string): QueryVariableBuilder =>
  query(name, sql)
    .multi(true)
    .includeAll(true)
    .allValue(ALL)
    .current({ text: 'All', value: '$__all' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);

export const project = () =>
  many('project', `select distinct coalesce(project, '${NONE}') from offcurve_runs`).label('Project');

export const family = () =>
  many('family', `select distinct coalesce(family, '${NONE}') from offcurve_runs where ${chosen('project')}`).label(
    'Family',
  );

export const runs = () => many('run', `select run from offcurve_runs where ${CHOSEN}`).label('Run');

/** One run, the newest first. */
export const oneRun = () =>
  query('run', `select run from offcurve_runs where ${CHOSEN} order by last_time desc nulls last`)
    .label('Run')
    .refresh(VariableRefresh.OnTimeRangeChanged);

/** The metrics of the chosen run beside its loss. */
export const otherMetrics = () =>
  query('metric', `select metric from offcurve_metrics where run = '$run' and metric not in ('loss', 'tokens')`)
    .label('Metrics')
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: '$__all' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);

/** One family that has a law, by name. */
export const oneFamily = () =>
  query('family', `select distinct family from offcurve_laws order by family`)
    .label('Family')
    .refresh(VariableRefresh.OnTimeRangeChanged);

/** Metrics that the chosen family has laws of. */
export const lawMetric = () =>
  query('law_metric', `select distinct metric from offcurve_laws where family = '$family' order by metric`)
    .label('Metric')
    .refresh(VariableRefresh.OnTimeRangeChanged);

/** Where the page is that links lead to; `offcurve grafana push --page` sets it. */
export const page = () =>
  new TextBoxVariableBuilder('page')
    .label('offcurve at')
    .defaultValue('http://127.0.0.1:8080')
    .current({ text: 'http://127.0.0.1:8080', value: 'http://127.0.0.1:8080' });

/** Rows whose project or family is chosen. */
function chosen(name: 'project' | 'family', of = ''): string {
  return `('*' in ($${name}) or coalesce(${of}${name}, '${NONE}') in ($${name}))`;
}

/** Rows of the chosen projects and families. `of` is the alias of their table, with its dot. */
export const chosenOf = (of: string): string => `${chosen('project', of)} and ${chosen('family', of)}`;
export const CHOSEN = chosenOf('');
export const CHOSEN_RUNS = `('*' in ($run) or run in ($run) or runs && array[$run]::text[])`;
