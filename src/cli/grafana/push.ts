// The push, step by step: is it a Grafana, is the data source there, the folder, then each dashboard.
import { GrafanaClient } from '../../outbound/grafana/grafana-client.js';
import { GrafanaError } from '../../outbound/grafana/grafana-error.js';
import { SOURCE_UID, postgresSource } from '../../outbound/grafana/postgres-source.js';
import { type PushedDashboard, folderNamed, pushDashboard } from '../../outbound/grafana/push-dashboards.js';
import { savedDashboards } from '../../outbound/grafana/saved-dashboards.js';
import type { Environment } from '../../settings/settings.js';
import { UserError } from '../user-error.js';

export interface PushRequest {
  url?: string;
  token?: string;
  folder: string;
  page?: string;
  database?: string;
  overwrite?: boolean;
}

export interface Pushed {
  url: string;
  folder: string;
  data_source: 'there' | 'created' | 'updated' | 'unknown';
  dashboards: PushedDashboard[];
}

/** @throws UserError where something is missing or refused, with what to do about it */
export async function push(request: PushRequest, environment: Environment): Promise<Pushed> {
  const url = webAddress('--url', request.url ?? (environment.GRAFANA_URL || undefined));
  if (url === null)
    throw new UserError('no Grafana is named', 'give --url https://grafana.example.org or set GRAFANA_URL');
  const token = request.token ?? environment.GRAFANA_TOKEN;
  if (!token)
    throw new UserError('there is no token', 'set GRAFANA_TOKEN to that of a service account with the role Editor');
  const page = webAddress('--page', request.page ?? (environment.OFFCURVE_PUBLIC_URL || undefined));
  const grafana = new GrafanaClient({ url, token, allowPrivate: true });
  try {
    await grafana.health();
    const data_source = await ensureSource(grafana, request.database);
    const folderUid = await folderNamed(
      grafana,
      request.folder,
      request.folder === 'offcurve' ? 'offcurve' : undefined,
    );
    const dashboards: PushedDashboard[] = [];
    for (const board of savedDashboards(page))
      dashboards.push(await pushDashboard(grafana, board, folderUid, request.overwrite ?? false));
    return { url, folder: request.folder, data_source, dashboards };
  } catch (error) {
    throw error instanceof GrafanaError ? new UserError(error.message, fixFor(error)) : error;
  }
}

function webAddress(option: string, given: string | undefined): string | null {
  if (given === undefined) return null;
  if (URL.canParse(given) && /^https?:/.test(given)) return given.replace(/\/+$/, '');
  throw new UserError(`${option} ${given} is not an address`, 'write it as https://grafana.example.org');
}

async function ensureSource(grafana: GrafanaClient, database: string | undefined): Promise<Pushed['data_source']> {
  if (database === undefined) return lookForSource(grafana);
  const wanted = sourceOf(database);
  if (await grafana.dataSource(SOURCE_UID)) {
    await grafana.updateDataSource(wanted);
    return 'updated';
  }
  await grafana.createDataSource(wanted);
  return 'created';
}

async function lookForSource(grafana: GrafanaClient): Promise<Pushed['data_source']> {
  try {
    if (await grafana.dataSource(SOURCE_UID)) return 'there';
  } catch (error) {
    // An Editor may save dashboards without being shown data sources.
    if (error instanceof GrafanaError && error.status === 403) return 'unknown';
    throw error;
  }
  throw new UserError(
    `Grafana has no data source with the uid "${SOURCE_UID}", which all panels ask`,
    'give --database postgresql://offcurve_reader:PASSWORD@HOST/DATABASE with a token of the role Admin (docs/grafana.md)',
  );
}

function sourceOf(database: string) {
  try {
    return postgresSource(database);
  } catch {
    // The address holds a password: it is not repeated.
    throw new UserError(
      '--database is not an address',
      'write postgresql://offcurve_reader:PASSWORD@HOST:5432/DATABASE',
    );
  }
}

function fixFor({ status, reason, retriable }: GrafanaError): string {
  if (status === 401) return 'make a token: Administration, Users and access, Service accounts';
  if (status === 403) return 'the service account needs the role Editor, and Admin for --database';
  if (reason === 'name-exists')
    return 'another dashboard of the folder has this title: rename it, or give another --folder';
  if (status === null || status === 404) return 'check --url, with the path that Grafana is served under';
  return retriable ? 'Grafana has trouble of its own: push again later' : 'see what Grafana says above';
}

export function pushText({ url, folder, data_source, dashboards }: Pushed): string {
  const lines = dashboards.map(
    ({ uid, title, status, reason }) =>
      `${status.padEnd(9)} ${title}  ${url}/d/${uid}${reason === null ? '' : `\n          ${reason}`}`,
  );
  const source =
    data_source === 'unknown' ? 'The token may not see data sources: make sure that one has the uid "offcurve".\n' : '';
  return `${lines.join('\n')}\nFolder "${folder}", data source ${data_source}.\n${source}`;
}
