// offcurve's database as a Grafana data source.
import type { DataSourceToWrite } from './grafana-client.js';

/** What every panel asks; provisioning uses the same. */
export const SOURCE_UID = 'offcurve';

/** @param address postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…, as Grafana reaches it. @throws Error where it is none */
export function postgresSource(address: string): DataSourceToWrite {
  const url = new URL(address);
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || url.username === '' || url.pathname.length < 2)
    throw new Error('not postgresql://USER:PASSWORD@HOST:PORT/DATABASE');
  return {
    uid: SOURCE_UID,
    name: 'offcurve',
    type: 'grafana-postgresql-datasource',
    access: 'proxy',
    url: `${url.hostname}:${url.port || 5432}`,
    user: decodeURIComponent(url.username),
    jsonData: {
      database: decodeURIComponent(url.pathname.slice(1)),
      sslmode: url.searchParams.get('sslmode') ?? 'require',
      maxOpenConns: 5,
    },
    secureJsonData: { password: decodeURIComponent(url.password) },
  };
}
