// Lets a request through where its token has the scope that method and path need; everything else is refused here.
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { type Access, type Caller, bearerOf } from '../../../settings/access.js';
import { foreignOrigin } from '../../../settings/origin.js';
import { type ProblemBody, problemBody } from '../problem/problem.js';
import { RequestRate } from './request-rate.js';
import { requiredScope } from './required-scope.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Whoever sent the request; absent where no token is needed. */
    caller?: Caller;
  }
}

export interface AccessOptions {
  access: Access;
  publicUrl: string;
  /** Whether a path with its query is a link that we signed, for reading what it names. */
  isSignedLink: (url: string) => boolean;
  /** Requests a second of one sender: of a token, or of an address without one. */
  requestsPerSecond: number;
}

/** Tokens nobody knows, from one address: enough for a mistake, too few to guess by. */
const UNKNOWN_PER_SECOND = 20;

export function accessMiddleware(options: AccessOptions): RequestHandler {
  const rate = new RequestRate(options.requestsPerSecond, Date.now);
  const unknown = new RequestRate(UNKNOWN_PER_SECOND, Date.now);
  return (request: Request, response: Response, next: NextFunction): void => {
    let refusal = refuse(request, options);
    const address = request.ip ?? 'unknown';
    // Orchestrators and chat services ask at a pace of their own, and a page's files come many at once.
    const counts = requiredScope(request.method, request.path) !== null;
    const take = () => (refusal?.status === 401 ? unknown.take(address) : rate.take(request.caller?.name ?? address));
    const wait = counts ? take() : 0;
    if (wait > 0) {
      response.setHeader('retry-after', wait);
      refusal = problemBody(429, `too many requests from one sender; try again after ${wait} s, or send more in each`);
    }
    if (refusal === null) return next();
    if (refusal.status === 401) response.setHeader('www-authenticate', 'Bearer');
    response.status(refusal.status).type('application/problem+json').send(JSON.stringify(refusal));
  };
}

function refuse(request: Request, { access, publicUrl, isSignedLink }: AccessOptions): ProblemBody | null {
  const { method, path, headers } = request;
  const scope = requiredScope(method, path);
  const foreign = foreignOrigin({ host: headers.host, origin: headers.origin }, publicUrl, access.isGuarded);
  // Chat services are foreign by nature, and sign what they send.
  if (foreign !== null && !/^\/chat\//.test(path)) return problemBody(403, foreign);
  if (scope === null) return null;
  const caller = access.callerOf(bearerOf(headers.authorization));
  if (caller === null) {
    if (scope === 'read' && method === 'GET' && isSignedLink(request.originalUrl)) return null;
    const reason = headers.authorization === undefined ? 'no token was sent' : 'the token is not known';
    return problemBody(401, `${reason}; send Authorization: Bearer TOKEN, with a token of OFFCURVE_TOKENS`);
  }
  if (!caller.scopes.has(scope))
    return problemBody(403, `the token "${caller.name}" lacks the scope ${scope} that ${method} ${path} needs`);
  request.caller = caller;
  return null;
}
