// A reader at the page: a browser page that notes what it asks for, what goes wrong in it, and what axe-core finds.
import { readFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { root } from './built.js';

export interface Reader {
  page: Page;
  /** Every address asked for. */
  requests: string[];
  /** Errors of the page's own code, and alerts. */
  mishaps: string[];
  close(): Promise<void>;
}

export async function reader(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Reader> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const mishaps: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('pageerror', (error) => mishaps.push(error.message));
  page.on('dialog', (dialog) => {
    mishaps.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, requests, mishaps, close: () => context.close() };
}

/** Waits until an expression holds in the page; the page's own policy forbids to leave the waiting to it. */
export async function until(page: Page, expression: string, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${expression}`);
    await page.waitForTimeout(50);
  }
}

/** Addresses that are not the service's. */
export function foreign(requests: readonly string[], url: string): string[] {
  const { host } = new URL(url);
  return requests.filter((asked) => !/^(data|blob):/.test(asked) && new URL(asked).host !== host);
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds, a line each: rule, and the element. */
export async function axeFinds(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary)))`);
}

/** Keeps a picture of the page as it is, for whoever looks into the test's run. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = join(root, 'test', 'artefacts', 'web');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
