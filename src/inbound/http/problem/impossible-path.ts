// Paths that name nothing because no name holds a NUL: the database would refuse it in words of its own.
import type { NextFunction, Request, Response } from 'express';
import { problemBody } from './problem.js';

export function impossiblePath(request: Request, response: Response, next: NextFunction): void {
  if (!request.path.includes('%00')) return next();
  const body = problemBody(404, `there is nothing at ${request.path}: no name holds the character %00`);
  response.status(404).type('application/problem+json').send(JSON.stringify(body));
}
