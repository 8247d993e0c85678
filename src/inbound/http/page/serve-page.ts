// The built page: its files from web/dist, and its one document for every address that the page itself knows.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** First parts of the page's own addresses. */
const PAGE_PATHS = /^\/(?:$|(?:runs|deviations|families|plan|plans|settings|silences|audit|login)(?:\/|$))/;
/** Browsers ask for a page's icon again at every change of its address, as each zoom is one. */
const ICON_SECONDS = 3600;
const A_YEAR_MS = 365 * 86_400_000;

/** Files under `assets` carry a digest in their name: they never change. Without a built page, `/` says how to build it. */
export function servePage(app: NestExpressApplication, folder: string): void {
  const document = join(folder, 'index.html');
  app.useStaticAssets(join(folder, 'assets'), { prefix: '/assets', immutable: true, maxAge: A_YEAR_MS, index: false });
  app.useStaticAssets(folder, {
    index: false,
    maxAge: 0,
    setHeaders: (response: Response, path: string) => {
      if (path.endsWith('.svg')) response.setHeader('cache-control', `public, max-age=${ICON_SECONDS}`);
    },
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads || !PAGE_PATHS.test(request.path)) return next();
    if (!existsSync(document)) {
      response
        .status(503)
        .type('text/plain')
        .send('The page is not built: run `npm run build:web`. The API is at /api.\n');
      return;
    }
    response.setHeader('cache-control', 'no-cache');
    response.type('html').send(readFileSync(document));
  });
}
