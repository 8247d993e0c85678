// A small Grafana that holds to what its HTTP API documents: who may, what is refused and how, versions, uids, tags.
// https://grafana.com/docs/grafana/latest/developers/http_api/
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Json {
  [key: string]: unknown;
}
interface Kept {
  dashboard: Json & { uid: string; title: string; version: number };
  folderUid: string;
  provisioned: boolean;
  versions: { version: number; message: string }[];
}
export interface KeptAnnotation extends Json {
  id: number;
  time: number;
  timeEnd: number;
  text: string;
  tags: string[];
}

export interface FakeGrafana {
  url: string;
  token: string;
  role: 'Editor' | 'Admin';
  /** Before Grafana 11 the history came as a bare list. */
  bareVersions: boolean;
  folders: { uid: string; title: string }[];
  dashboards: Map<string, Kept>;
  sources: Map<string, Json>;
  annotations: Map<number, KeptAnnotation>;
  /** Answered once each, instead of anything else. */
  failures: number[];
  /** Method and path of each request. */
  asked: string[];
  /** What a person does in Grafana's editor. */
  edit(uid: string, change: Json): void;
  close(): Promise<void>;
}

class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly status?: string,
  ) {
    super(message);
  }
}

export async function fakeGrafana(path = ''): Promise<FakeGrafana> {
  const server = createServer((request, response) => {
    void answer(grafana, request, path).then(([code, body]) => {
      response.writeHead(code, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const grafana: FakeGrafana = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    token: 'glsa_token',
    role: 'Admin',
    bareVersions: false,
    folders: [],
    dashboards: new Map(),
    sources: new Map(),
    annotations: new Map(),
    failures: [],
    asked: [],
    edit: (uid, change) => {
      const { dashboard, folderUid } = grafana.dashboards.get(uid)!;
      save(grafana, { dashboard: { ...dashboard, ...change }, folderUid, message: '', overwrite: false });
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
  return grafana;
}

async function answer(grafana: FakeGrafana, request: IncomingMessage, base: string): Promise<[number, unknown]> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  const url = new URL(request.url!, 'http://grafana');
  const failure = grafana.failures.shift();
  if (failure !== undefined) return [failure, { message: 'Internal server error' }];
  try {
    if (!url.pathname.startsWith(base)) throw new Refused(404, 'Not found');
    const path = url.pathname.slice(base.length);
    grafana.asked.push(`${request.method} ${path}`);
    if (path === '/api/health') return [200, { database: 'ok', version: '12.0.0', commit: 'abc' }];
    if (request.headers.authorization !== `Bearer ${grafana.token}`) throw new Refused(401, 'Invalid API key');
    return [
      200,
      route(grafana, request.method!, path, url.searchParams, text === '' ? {} : (JSON.parse(text) as Json)),
    ];
  } catch (error) {
    if (!(error instanceof Refused)) return [400, { message: 'bad request data' }];
    return [error.code, { message: error.message, ...(error.status && { status: error.status }) }];
  }
}

function route(grafana: FakeGrafana, method: string, path: string, query: URLSearchParams, body: Json): unknown {
  const [, , kind, second, third, fourth] = path.split('/').map(decodeURIComponent);
  switch (`${method} ${kind}`) {
    case 'GET folders': {
      const limit = Number(query.get('limit') ?? 1000);
      return grafana.folders.slice((Number(query.get('page') ?? 1) - 1) * limit).slice(0, limit);
    }
    case 'POST folders':
      return makeFolder(grafana, body);
    case 'POST dashboards':
      return save(grafana, body);
    case 'GET dashboards': {
      const kept = grafana.dashboards.get(third!);
      if (!kept) throw new Refused(404, 'Dashboard not found');
      const versions = [...kept.versions].reverse().slice(0, Number(query.get('limit') ?? 1000));
      if (fourth === 'versions') return grafana.bareVersions ? versions : { continueToken: '', versions };
      return { dashboard: kept.dashboard, meta: { folderUid: kept.folderUid, provisioned: kept.provisioned } };
    }
    case 'GET datasources':
    case 'POST datasources':
    case 'PUT datasources':
      return dataSource(grafana, method, third, body);
    case 'GET annotations': {
      const tags = query.getAll('tags');
      return [...grafana.annotations.values()].filter((one) => tags.every((tag) => one.tags.includes(tag)));
    }
    case 'POST annotations': {
      if (!body.text) throw new Refused(400, 'Failed to save annotation: text field should not be empty');
      const id = grafana.annotations.size + 1000;
      grafana.annotations.set(id, { timeEnd: body.time, tags: [], ...body, id } as unknown as KeptAnnotation);
      return { message: 'Annotation added', id };
    }
    case 'PATCH annotations':
    case 'DELETE annotations': {
      const kept = grafana.annotations.get(Number(second ?? NaN));
      if (!kept) throw new Refused(404, 'Annotation not found');
      if (method === 'DELETE') grafana.annotations.delete(kept.id);
      else Object.assign(kept, body);
      return { message: method === 'DELETE' ? 'Annotation deleted' : 'Annotation patched' };
    }
    default:
      throw new Refused(404, 'Not found');
  }
}

function makeFolder(grafana: FakeGrafana, { uid, title }: Json): unknown {
  if (!title) throw new Refused(400, 'folder title cannot be empty');
  if (grafana.folders.some((folder) => folder.uid === uid))
    throw new Refused(412, 'the folder has been changed by someone else', 'version-mismatch');
  if (grafana.folders.some((folder) => folder.title === title))
    throw new Refused(409, 'a folder with the same name already exists in the current location');
  const folder = { uid: String(uid ?? `f${grafana.folders.length}`), title: String(title) };
  grafana.folders.push(folder);
  return { id: 1, ...folder, url: `/dashboards/f/${folder.uid}/x`, version: 1 };
}

function save(grafana: FakeGrafana, body: Json): unknown {
  const dashboard = body.dashboard as Kept['dashboard'] | undefined;
  if (!dashboard?.title) throw new Refused(400, 'Dashboard title cannot be empty', 'empty-name');
  if (!/^[\w-]{1,40}$/.test(dashboard.uid)) throw new Refused(400, 'uid contains illegal characters or is too long');
  const folderUid = String(body.folderUid ?? '');
  if (folderUid !== '' && !grafana.folders.some(({ uid }) => uid === folderUid))
    throw new Refused(400, 'folder not found');
  const kept = grafana.dashboards.get(dashboard.uid);
  if (kept?.provisioned) throw new Refused(400, 'Cannot save provisioned dashboard');
  if (kept && !body.overwrite && dashboard.version !== kept.dashboard.version)
    throw new Refused(412, 'The dashboard has been changed by someone else', 'version-mismatch');
  for (const [uid, other] of grafana.dashboards)
    if (uid !== dashboard.uid && other.folderUid === folderUid && other.dashboard.title === dashboard.title)
      throw new Refused(412, 'A dashboard with the same name in the folder already exists', 'name-exists');
  const version = (kept?.dashboard.version ?? 0) + 1;
  const versions = [...(kept?.versions ?? []), { version, message: String(body.message ?? '') }];
  grafana.dashboards.set(dashboard.uid, {
    dashboard: { ...dashboard, id: grafana.dashboards.size + 1, version },
    ...{ folderUid, provisioned: false, versions },
  });
  return { id: 1, uid: dashboard.uid, url: `/d/${dashboard.uid}/x`, status: 'success', version, slug: 'x' };
}

function dataSource(grafana: FakeGrafana, method: string, uid: string | undefined, body: Json): unknown {
  if (grafana.role !== 'Admin') throw new Refused(403, "You'll need additional permissions to perform this action");
  if (method === 'POST') {
    if ([...grafana.sources.values()].some(({ name }) => name === body.name))
      throw new Refused(409, 'data source with the same name already exists');
    grafana.sources.set(String(body.uid), { ...body, readOnly: false });
    return { message: 'Datasource added', id: 1, name: body.name };
  }
  const kept = grafana.sources.get(uid!);
  if (!kept) throw new Refused(404, 'Data source not found');
  if (method === 'PUT') Object.assign(kept, body);
  return kept;
}
