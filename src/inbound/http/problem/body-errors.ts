// What the body parsers refuse, as problem details: too large, packed in a way not known, not JSON.
import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import { problemBody } from './problem.js';

/** As the body parsers throw it: `expose` says that the message may be shown. */
interface BodyError {
  status?: unknown;
  expose?: unknown;
  message?: string;
  limit?: number;
}

/** Stands right behind the parsers. Errors that are none of theirs go on. */
export const bodyErrors: ErrorRequestHandler = (
  error: BodyError,
  _request: Request,
  response: Response,
  next: NextFunction,
): void => {
  const { status, expose, message, limit } = error;
  if (typeof status !== 'number' || expose !== true) return next(error);
  const detail = status === 413 ? `the body is over ${limit} bytes, unpacked; send it in parts` : (message ?? '');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(status, detail)));
};
