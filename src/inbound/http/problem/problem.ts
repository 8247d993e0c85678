// Errors as the HTTP interface answers them: problem details (RFC 9457).
import { HttpException } from '@nestjs/common';
import type { Rejection } from '../../../runs/rejection.js';

/** The body of an error: `application/problem+json`. `errors` name each field in question with reason and fix. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: Rejection[];
}

/** The detail of whatever is told field by field. */
export const WRONG_VALUES = 'the request has values that cannot be used';

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood',
  401: 'A token is needed',
  403: 'This is not allowed',
  404: 'There is no such thing',
  405: 'This method is not known here',
  409: 'Something else came first',
  413: 'The body is too large',
  415: 'This kind of body is not known here',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Not available just now',
};

export function problemBody(status: number, detail: string, errors?: Rejection[]): ProblemBody {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? `Status ${status}`,
    status,
    detail,
    ...(errors && { errors }),
  };
}

/** An error with its answer. */
export class Problem extends HttpException {
  constructor(status: number, detail: string, errors?: Rejection[]) {
    super(problemBody(status, detail, errors), status);
  }
}

/** 404, with what was looked for. */
export const notFound = (what: string, id: string): Problem => new Problem(404, `there is no ${what} "${id}"`);

/** `found`, or a 404 where it is null. */
export function orNotFound<T>(found: T | null, what: string, id: string): T {
  if (found === null) throw notFound(what, id);
  return found;
}
