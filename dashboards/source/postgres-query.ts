// A query to offcurve's database, which the SDK has no builder for.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The data source that provisioning and `offcurve grafana push` make: the database, read as offcurve_reader. */
export const POSTGRES: DataSourceRef = { type: 'grafana-postgresql-datasource', uid: 'offcurve' };

/** What Grafana keeps of a query; `time_series` wants columns time, metric and a value, `table` takes anything. */
export interface PostgresQuery extends Dataquery {
  refId: string;
  datasource: DataSourceRef;
  rawSql: string;
  rawQuery: true;
  editorMode: 'code';
  format: 'table' | 'time_series';
}

export class PostgresQueryBuilder implements Builder<PostgresQuery> {
  constructor(
    private readonly format: 'table' | 'time_series',
    private readonly sql: string,
  ) {}

  build(): PostgresQuery {
    return {
      refId: 'A',
      datasource: POSTGRES,
      rawSql: this.sql,
      rawQuery: true,
      editorMode: 'code',
      format: this.format,
      _implementsDataqueryVariant: () => undefined,
    };
  }
}

const trimmed = (sql: string): string => sql.trim().replace(/\n {6}/g, '\n');
export const table = (sql: string): PostgresQueryBuilder => new PostgresQueryBuilder('table', trimmed(sql));
export const series = (sql: string): PostgresQueryBuilder => new PostgresQueryBuilder('time_series', trimmed(sql));
