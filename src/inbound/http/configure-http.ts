// Everything around the controllers, in the order in which a request meets it.
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import type { IncomingMessage } from 'node:http';
import type { Access } from '../../settings/access.js';
import type { Log } from '../../settings/log.js';
import { accessMiddleware } from './access/access.middleware.js';
import { serveOpenApi } from './open-api.js';
import { servePage } from './page/serve-page.js';
import { bodyErrors } from './problem/body-errors.js';
import { impossiblePath } from './problem/impossible-path.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { validation } from './problem/validation.js';
import { requestLog } from './request-log.js';

/** Unpacked. A record is some 200 bytes: this is tens of thousands of them. */
const MOST_INGEST_BYTES = 16 * 1024 * 1024;
const MOST_OTHER_BYTES = 1024 * 1024;

export interface HttpOptions {
  log: Log;
  access: Access;
  publicUrl: string;
  isSignedLink: (url: string) => boolean;
  /** Of one sender, at most. */
  requestsPerSecond: number;
  /** Folder of the built page. */
  pageFolder: string;
  version: string;
}

const isIngest = ({ method, url }: IncomingMessage): boolean =>
  method === 'POST' && /^\/v1\/(metrics|runs)\/?(\?|$)/.test(url ?? '');

/** Chat services sign the very bytes that they send. */
const isRaw = (request: IncomingMessage): boolean => isIngest(request) || /^\/chat\//.test(request.url ?? '');

/** The page and /api load nothing from elsewhere; the page talks to this service only, sockets included. */
const POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    baseUri: ["'none'"],
    connectSrc: ["'self'", 'ws:', 'wss:'],
    imgSrc: ["'self'", 'data:', 'blob:'],
    // uPlot and the API's page place things by style attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'self'"],
  },
};

export function configureHttp(app: NestExpressApplication, options: HttpOptions): void {
  const { log, access, publicUrl, isSignedLink, requestsPerSecond, pageFolder, version } = options;
  app.disable('x-powered-by');
  // Paths are compared as they are written, here and in the rules of access.
  app.enable('case sensitive routing');
  app.use(requestLog(log));
  // Over plain HTTP a browser told to use HTTPS only would find nobody.
  const https = publicUrl.startsWith('https:');
  app.use(helmet({ contentSecurityPolicy: POLICY, strictTransportSecurity: https }));
  app.use(accessMiddleware({ access, publicUrl, isSignedLink, requestsPerSecond }));
  app.useBodyParser('raw', { type: isRaw, limit: MOST_INGEST_BYTES });
  app.useBodyParser('json', { type: (request) => !isRaw(request), limit: MOST_OTHER_BYTES });
  app.use(bodyErrors);
  app.use(impossiblePath);
  app.useGlobalPipes(validation());
  app.useGlobalFilters(new ProblemFilter(log));
  serveOpenApi(app, version);
  servePage(app, pageFolder);
}
