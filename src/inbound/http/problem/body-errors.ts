// What the body parsers refuse, as problem details: too large, packed in a way not known, not JSON.
import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import { problemBody } from './problem.js';

/** As the body parsers throw it: `expose` says that the message may be shown. */
interface BodyError {
  status?: unknown;
  expose?: unknown;
  message?: string;
  type?: string;
  limit?: number;
}

/** Stands right behind the parsers. Errors that are none of theirs go on. */
export const bodyErrors: ErrorRequestHandler = (
  error: BodyError,
  request: Request,
  response: Response,
  next: NextFunction,
): void => {
  const { status, expose, message } = error;
  if (typeof status !== 'number' || expose !== true) return next(error);
  const detail = detailOf(error, request.headers['content-encoding']) ?? message ?? '';
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(status, detail)));
};

function detailOf({ status, type, limit }: BodyError, encoding: string | undefined): string | null {
  if (status === 413) return `the body is over ${limit} bytes, unpacked; send it in parts`;
  if (status === 400 && type === undefined && encoding !== undefined)
    return `the body cannot be unpacked as ${encoding}`;
  return null;
}
