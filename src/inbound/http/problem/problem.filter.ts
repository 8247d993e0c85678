// Turns whatever is thrown into problem details; what is nobody's business stays in the log.
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CursorError } from '../../../runs/cursor-error.js';
import type { Rejection } from '../../../runs/rejection.js';
import { StoreError } from '../../../runs/store-error.js';
import type { Log } from '../../../settings/log.js';
import { IntakeError } from '../../../watch/intake.js';
import { type ProblemBody, WRONG_VALUES, problemBody } from './problem.js';

const RETRY_AFTER_SECONDS = 5;

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const request = host.switchToHttp().getRequest<Request>();
    const body = this.bodyOf(error, request);
    if (response.headersSent) {
      // In the middle of a stream nothing else can be said: the reader sees that it was cut off.
      response.destroy();
      return;
    }
    if (body.status === 503) response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    if (body.status === 401) response.setHeader('www-authenticate', 'Bearer');
    response.status(body.status).type('application/problem+json').send(JSON.stringify(body));
  }

  private bodyOf(error: unknown, request: Request): ProblemBody {
    if (error instanceof HttpException) return httpBody(error);
    if (error instanceof CursorError) return problemBody(400, WRONG_VALUES, [afterRefused(error)]);
    const { method, path } = request;
    if (error instanceof StoreError && error.retriable) {
      this.log.warn({ request: request.id, method, path, err: error }, 'the database is not available');
      return problemBody(503, 'the database is not available just now; try again');
    }
    if (error instanceof IntakeError) {
      this.log.warn({ request: request.id, method, path, err: error }, 'Kafka did not take what was sent');
      return problemBody(503, `${error.reason}; then send it again, what came twice is stored once`);
    }
    this.log.error({ request: request.id, method, path, err: error }, 'a request failed');
    return problemBody(500, `an error that is ours; the log tells more of request ${String(request.id)}`);
  }
}

const afterRefused = ({ message }: CursorError): Rejection => ({
  field: 'after',
  reason: message,
  fix: 'send the next of the page before, or leave it out for the first page',
});

function httpBody(error: HttpException): ProblemBody {
  const given = error.getResponse();
  if (typeof given === 'object' && 'detail' in given) return given as ProblemBody;
  return problemBody(error.getStatus(), error.message);
}
