// One line a request, under the id that all that follows from it carries.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pinoHttp } from 'pino-http';
import type { Log } from '../../settings/log.js';

/** What callers may name their requests: short and plain, since it goes to the log. */
const GOOD_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Quiet for what went well and comes often; queries are left out, since signed links lie in them. */
export const requestLog = (log: Log) =>
  pinoHttp({
    logger: log,
    genReqId: (request: IncomingMessage, response: ServerResponse): string => {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && GOOD_ID.test(given) ? given : randomUUID();
      response.setHeader('x-request-id', id);
      return id;
    },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'warn' : 'debug'),
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
        ...{ id, method },
        path: url.split('?')[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
  });
