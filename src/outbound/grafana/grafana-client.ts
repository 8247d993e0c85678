// Grafana's HTTP API, as far as it is needed: health, folders, dashboards and their versions, data sources, annotations.
// https://grafana.com/docs/grafana/latest/developers/http_api/ (why this is ours: docs/adr/0013)
import { z } from 'zod';
import { type Answer, type Call, PrivateAddressError, call } from '../chat/post.js';
import { retryAfterMs } from '../chat/retry-after.js';
import { GrafanaError } from './grafana-error.js';

export interface GrafanaOptions {
  /** With the path that Grafana is served under, if any. */
  url: string;
  /** Of a service account. */
  token: string;
  /** Whether loopback and private addresses may be asked. */
  allowPrivate: boolean;
}

const folder = z.object({ uid: z.string(), title: z.string() });
const saved = z.object({ uid: z.string(), url: z.string(), version: z.number() });
const found = z.object({
  dashboard: z.looseObject({ version: z.number() }),
  meta: z.object({ folderUid: z.string().optional(), provisioned: z.boolean().optional() }),
});
const version = z.object({ version: z.number(), message: z.string().optional() });
const dataSource = z.object({ uid: z.string(), name: z.string(), type: z.string(), readOnly: z.boolean().optional() });
const annotation = z.object({
  id: z.number(),
  time: z.number(),
  timeEnd: z.number().optional(),
  text: z.string(),
  tags: z.array(z.string()).nullish(),
});

export type Folder = z.infer<typeof folder>;
export type FoundDashboard = z.infer<typeof found>;
export type SavedDashboard = z.infer<typeof saved>;
export type DataSource = z.infer<typeof dataSource>;
export type Annotation = z.infer<typeof annotation>;

export interface DashboardToSave {
  /** With `uid`; with `version` where it replaces the one that was read. */
  dashboard: object;
  folderUid: string;
  /** For the dashboard's history. */
  message: string;
  /** Replaces whatever is there; otherwise another version than the one read is refused (412 `version-mismatch`). */
  overwrite: boolean;
}

/** Times are milliseconds since the epoch; with `timeEnd` it is a region. */
export interface AnnotationToWrite {
  time: number;
  timeEnd: number;
  text: string;
  tags: string[];
}

export interface DataSourceToWrite {
  uid: string;
  name: string;
  type: string;
  access: 'proxy';
  url: string;
  user: string;
  jsonData: object;
  /** Grafana keeps it and never shows it again. */
  secureJsonData: object;
}

const FOLDERS_A_PAGE = 1000;
const TEMPORARY = new Set([408, 425, 429]);

/** Every method throws GrafanaError where Grafana refuses, fails, is away, or answers what is none of its API. */
export class GrafanaClient {
  private readonly base: string;

  constructor(private readonly options: GrafanaOptions) {
    this.base = options.url.replace(/\/+$/, '');
  }

  /** Asks for no token. */
  health(): Promise<{ version?: string; database: string }> {
    return this.ask('GET', '/api/health', z.object({ version: z.string().optional(), database: z.string() }));
  }

  /** Folders of the top level, all pages. */
  async folders(): Promise<Folder[]> {
    const all: Folder[] = [];
    for (let page = 1; ; page++) {
      const some = await this.ask('GET', `/api/folders?limit=${FOLDERS_A_PAGE}&page=${page}`, z.array(folder));
      all.push(...some);
      if (some.length < FOLDERS_A_PAGE) return all;
    }
  }

  createFolder(parts: { title: string; uid?: string }): Promise<Folder> {
    return this.ask('POST', '/api/folders', folder, parts);
  }

  dashboard(uid: string): Promise<FoundDashboard | null> {
    return this.orNull(this.ask('GET', `/api/dashboards/uid/${encodeURIComponent(uid)}`, found));
  }

  saveDashboard(parts: DashboardToSave): Promise<SavedDashboard> {
    return this.ask('POST', '/api/dashboards/db', saved, parts);
  }

  /** What the newest version of a dashboard was saved with; null where its history is empty. */
  async newestMessage(uid: string): Promise<string | null> {
    const path = `/api/dashboards/uid/${encodeURIComponent(uid)}/versions?limit=1`;
    // A bare list before Grafana 11.
    const answer = await this.ask('GET', path, z.union([z.array(version), z.object({ versions: z.array(version) })]));
    const [newest] = Array.isArray(answer) ? answer : answer.versions;
    return newest ? (newest.message ?? '') : null;
  }

  dataSource(uid: string): Promise<DataSource | null> {
    return this.orNull(this.ask('GET', `/api/datasources/uid/${encodeURIComponent(uid)}`, dataSource));
  }

  async createDataSource(parts: DataSourceToWrite): Promise<void> {
    await this.ask('POST', '/api/datasources', z.unknown(), parts);
  }

  async updateDataSource(parts: DataSourceToWrite): Promise<void> {
    await this.ask('PUT', `/api/datasources/uid/${encodeURIComponent(parts.uid)}`, z.unknown(), parts);
  }

  /** Those of the organisation that have all the tags. */
  findAnnotations(tags: readonly string[]): Promise<Annotation[]> {
    const query = new URLSearchParams({ type: 'annotation', limit: '100' });
    for (const tag of tags) query.append('tags', tag);
    return this.ask('GET', `/api/annotations?${query}`, z.array(annotation));
  }

  async createAnnotation(parts: AnnotationToWrite): Promise<number> {
    return (await this.ask('POST', '/api/annotations', z.object({ id: z.number() }), parts)).id;
  }

  /** False where it is gone. */
  updateAnnotation(id: number, parts: AnnotationToWrite): Promise<boolean> {
    return this.whether(this.ask('PATCH', `/api/annotations/${id}`, z.unknown(), parts));
  }

  /** False where it was gone already. */
  deleteAnnotation(id: number): Promise<boolean> {
    return this.whether(this.ask('DELETE', `/api/annotations/${id}`, z.unknown()));
  }

  private async ask<T>(method: Call['method'], path: string, shape: z.ZodType<T>, body?: object): Promise<T> {
    const answer = await this.send(method, path, body);
    const json = parsed(answer.body);
    if (answer.status < 200 || answer.status >= 300) throw refusal(answer, json, `${method} ${path.split('?')[0]}`);
    const checked = shape.safeParse(json);
    if (checked.success) return checked.data;
    const said = `${this.base} answered ${method} ${path.split('?')[0]} as no Grafana does`;
    throw new GrafanaError(said, answer.status, null, false);
  }

  private async send(method: Call['method'], path: string, body: object | undefined): Promise<Answer> {
    const { token, allowPrivate } = this.options;
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'offcurve',
    };
    try {
      const text = body === undefined ? '' : JSON.stringify(body);
      return await call({ method, url: this.base + path, headers, body: text, allowPrivate });
    } catch (error) {
      const said =
        error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
      throw new GrafanaError(`${this.base}: ${said}`, null, null, !(error instanceof PrivateAddressError));
    }
  }

  private async orNull<T>(asked: Promise<T>): Promise<T | null> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof GrafanaError && error.status === 404) return null;
      throw error;
    }
  }

  private async whether(asked: Promise<unknown>): Promise<boolean> {
    return (await this.orNull(asked.then(() => true))) ?? false;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal({ status, retryAfter, body }: Answer, json: unknown, asked: string): GrafanaError {
  const { message, status: reason } = (json ?? {}) as { message?: unknown; status?: unknown };
  const said = typeof message === 'string' ? message : body.slice(0, 200);
  const word = typeof reason === 'string' ? reason : null;
  const text = `Grafana answered ${status} to ${asked}${said === '' ? '' : `: ${said}`}`;
  return new GrafanaError(
    text,
    status,
    word,
    TEMPORARY.has(status) || status >= 500,
    retryAfterMs(retryAfter, Date.now()),
  );
}
