// The page in Chromium against the real service: what a reader sees, reaches, changes and takes away.
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { type Reader, axeFinds, foreign, keepPicture, reader, until } from './reader.js';
import { type ServiceProcess, serviceProcess } from './service-process.js';
import { sweepRun } from './sweep-run.js';

jest.setTimeout(60_000);

const MARKUP = `<img src=x onerror=alert(1)>/"50%" & <b>?#`;
const OUTLIER = { run: 'one-outlier', steps: 6000, at: 3217, value: 9.5 };
const DARK = { colorScheme: 'dark' as const };
const FAULTY = '35k-2m-t01';

interface Found {
  id: string;
  run: string;
  status: string;
}

interface Audited {
  budget: { per_run_day: number };
  alarms: { count: number };
  false_alarms: { count: number };
  coverage: { families: { family: string | null; points: number; share: number }[] };
}

let service: ServiceProcess;
let browser: Browser;
let one: Reader;

beforeAll(async () => {
  browser = await launchChromium();
  service = await serviceProcess();
  one = await reader(browser, service.url);
}, 120_000);
afterEach(() => {
  expect(one.mishaps.splice(0)).toEqual([]);
  expect(foreign(one.requests, service.url)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** The plot of the metric with this heading. */
const plot = (title: string) => one.page.locator('figure', { has: one.page.locator(`h2:text-is("${title}")`) });

/** Puts the pointer over a step of the unzoomed or zoomed chart, and reads what the chart says of it. */
async function readAt(title: string, share: number): Promise<string> {
  const over = plot(title).locator('.u-over');
  const box = (await over.boundingBox())!;
  await one.page.mouse.move(box.x + share * box.width, box.y + box.height / 2);
  return (await plot(title).locator('.readout').textContent())!;
}

describe('an empty service', () => {
  it('tells how to send a first point, and shows the run as soon as it is sent', async () => {
    const { page } = one;
    await page.goto('/');
    await page.getByRole('heading', { name: 'No run has sent anything yet' }).waitFor();
    expect(await page.locator('pre').first().textContent()).toContain(`${service.url}/v1/metrics`);
    expect((await page.locator('pre').first().textContent())!.trim().split('\n')).toHaveLength(3);
    expect(await axeFinds(page)).toEqual([]);
    await service.send('metrics', [{ run: 'my-first-run', step: 1, metrics: { loss: 10.9, lr: 3e-4 } }]);
    await page.getByRole('link', { name: 'my-first-run' }).waitFor();
  });
});

describe('the fleet', () => {
  beforeAll(async () => {
    const healthy = await sweepRun('35k-2m', { upTo: 1300 });
    const faulty = await sweepRun(FAULTY, { upTo: 1060 });
    await service.send('runs', [healthy.announcement, faulty.announcement]);
    await service.send('metrics', healthy.records);
    await service.send('metrics', faulty.records);
    await service.send('metrics', [{ run: MARKUP, step: 7, metrics: { [MARKUP]: 1 } }]);
    const outlier = Array.from({ length: OUTLIER.steps }, (_, i) => ({
      run: OUTLIER.run,
      step: i + 1,
      metrics: { loss: i + 1 === OUTLIER.at ? OUTLIER.value : 3 + 2 / Math.sqrt(i + 1) },
    }));
    await service.send('metrics', outlier);
  });

  it('puts the run with an open deviation above those on their curve', async () => {
    const { items } = await service.get<{ items: Found[] }>('/v1/deviations?status=open');
    expect(items.map(({ run }) => run)).toContain(FAULTY);
    await one.page.goto('/');
    const rows = one.page.locator('.fleet-row');
    await one.page.getByRole('link', { name: '35k-2m', exact: true }).waitFor();
    const names = await rows.locator('.name a').allTextContents();
    expect(names.indexOf(FAULTY)).toBeLessThan(names.indexOf('35k-2m'));
    const row = rows.filter({ hasText: FAULTY });
    expect(await row.locator('.finding a').getAttribute('href')).toBe(
      `/deviations/${items.find(({ run }) => run === FAULTY)!.id}`,
    );
    expect(await row.locator('.progress-cell').textContent()).toContain('53');
  });

  it('shows names full of markup as they are, and leads to their run', async () => {
    const { page } = one;
    await page.locator('.fleet-row .name a', { hasText: 'onerror' }).click();
    await page.getByRole('heading', { level: 1 }).filter({ hasText: 'onerror' }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(MARKUP);
    expect(await page.locator('main img, main b:not(.tally b)').count()).toBe(0);
    await page.reload();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(MARKUP);
    expect(await page.title()).toBe(`${MARKUP} · offcurve`);
  });

  it('keeps its filters in the address: they can be shared, and Back restores them', async () => {
    const { page } = one;
    await page.goto('/');
    await page.keyboard.press('/');
    await page.keyboard.type('t01 sweep');
    await until(page, 'document.querySelectorAll(".fleet-row").length === 1');
    expect(new URL(page.url()).searchParams.get('q')).toBe('t01 sweep');
    await page.getByRole('combobox', { name: 'Status' }).selectOption('finished');
    await page.getByText('No run is like that').waitFor();
    await page.goBack();
    await until(page, 'document.querySelectorAll(".fleet-row").length === 1');
    const shared = await reader(browser, service.url);
    await shared.page.goto(page.url());
    await until(shared.page, 'document.querySelectorAll(".fleet-row").length === 1');
    await shared.close();
  });

  it('is moved through by the arrow keys, and a run opened by Enter', async () => {
    const { page } = one;
    await page.goto('/');
    await page.locator('.fleet-row .name a').first().focus();
    await page.keyboard.press('ArrowDown');
    await until(page, 'document.activeElement.dataset.index === "1"');
    const name = await page.evaluate<string>('document.activeElement.textContent');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(name);
  });
});

describe('a run', () => {
  it('shows one outlier among thousands unzoomed, and the single point by zooming in on it', async () => {
    const { page } = one;
    await page.goto(`/runs/${OUTLIER.run}?sofar=1`);
    await until(page, '/newest/.test(document.querySelector(".readout")?.textContent)');
    const share = (OUTLIER.at - 1) / (OUTLIER.steps - 1);
    expect(await readAt('loss', share)).toMatch(/to 9\.500 over \d+ points/);
    const over = (await plot('loss').locator('.u-over').boundingBox())!;
    await page.mouse.move(over.x + over.width * (share - 0.004), over.y + 50);
    await page.mouse.down();
    await page.mouse.move(over.x + over.width * (share + 0.004), over.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=\d+/);
    const range = new URL(page.url()).searchParams;
    const [from, to] = [Number(range.get('from')), Number(range.get('to'))];
    expect(to - from).toBeLessThan(80);
    await until(page, '!/over \\d+ points/.test(document.querySelector(".readout")?.textContent)');
    const text = await readAt('loss', (OUTLIER.at - from) / (to - from));
    expect(text).toContain('step 3,217');
    expect(text).toContain('loss 9.5000');
    await page.goBack();
    await until(page, '!location.search.includes("from")');
  });

  it('shows the band, the residuals and every other metric of a judged run, its deviation marked', async () => {
    const { page } = one;
    await page.goto(`/runs/${FAULTY}`);
    await until(page, '/expected/.test(document.querySelector(".readout")?.textContent)');
    for (const title of ['loss', 'Residuals, σ', 'val_loss', 'lr', 'grad_norm', 'step_time'])
      expect(await plot(title).count()).toBe(1);
    // The cursor is one for all charts.
    expect(await readAt('loss', 0.25)).toMatch(/step 50\d .*expected \d\.\d+ \(.*σ/);
    expect(await plot('Residuals, σ').locator('.readout').textContent()).toMatch(/step (49|50)\d/);
    expect(await plot('lr').locator('.readout').textContent()).toMatch(/step (49|50)\d/);
    const marked = await page.evaluate<number>(`(() => {
      const canvas = document.querySelector('figure canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] === 213 && data[i + 1] === 94 && data[i + 2] === 0) count++;
      return count;
    })()`);
    expect(marked).toBeGreaterThan(200);
    await keepPicture(page, 'run');
  });

  it.each(['tokens', 'compute', 'time'])('is drawn over %s by an address, and zoomed by keys', async (axis) => {
    const { page } = one;
    await page.goto(`/runs/${FAULTY}?x=${axis}`);
    await until(page, '/newest/.test(document.querySelector(".readout")?.textContent)');
    await plot('loss').locator('.plot').focus();
    await page.keyboard.press('+');
    await page.waitForURL(/from=\d+/);
    expect(new URL(page.url()).searchParams.get('x')).toBe(axis);
    await page.keyboard.press('0');
    await until(page, '!location.search.includes("from")');
  });

  it('is drawn no more when it is read again and nothing has changed', async () => {
    const other = await reader(browser, service.url);
    await other.page.addInitScript(`(() => {
      window.drawn = 0;
      const stroke = CanvasRenderingContext2D.prototype.stroke;
      CanvasRenderingContext2D.prototype.stroke = function (...parts) {
        window.drawn++;
        return stroke.apply(this, parts);
      };
      window.sockets = [];
      window.WebSocket = class extends WebSocket {
        constructor(...parts) {
          super(...parts);
          window.sockets.push(this);
        }
      };
    })()`);
    await other.page.goto(`/runs/${FAULTY}`);
    await until(other.page, '/expected/.test(document.querySelector(".readout")?.textContent)');
    await until(other.page, '!/reading…/.test(document.body.textContent)');
    const calm = async (): Promise<number> => {
      for (let before = -1; ;) {
        const drawn = await other.page.evaluate<number>('window.drawn');
        if (drawn === before) return drawn;
        before = drawn;
        // Longer than the page waits at most between two readings of one thing.
        await other.page.waitForTimeout(2500);
      }
    };
    const drawn = await calm();
    expect(drawn).toBeGreaterThan(0);
    const asked = other.requests.length;
    await other.page.evaluate('for (const socket of window.sockets) socket.close()');
    const again = (part: string): boolean => other.requests.slice(asked).some((url) => url.includes(part));
    for (const part of ['/series?metric=loss', '/series?metric=lr', '/band?metric=loss'])
      while (!again(part)) await other.page.waitForTimeout(50);
    expect(await calm()).toBe(drawn);
    await other.close();
  });

  it('gives every point away as CSV, to the last digit, and the chart as PNG', async () => {
    const { page } = one;
    await page.goto(`/runs/${FAULTY}`);
    const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
    const lines = readFileSync((await csv.path())!, 'utf8')
      .trim()
      .split('\n');
    const { records } = await sweepRun(FAULTY, { upTo: 1060 });
    expect(lines[0]).toBe('attempt,step,time,value');
    expect(lines.slice(1).map((line) => line.split(',')[3])).toEqual(
      records.map(({ metrics }) => String(metrics.loss)),
    );
    const [png] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'PNG' }).click()]);
    const bytes = readFileSync((await png.path())!);
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(png.suggestedFilename()).toBe(`${FAULTY}-loss.png`);
  });

  it('fills the screen by a button, and leaves it again', async () => {
    const { page } = one;
    await page.goto(`/runs/${FAULTY}`);
    await until(page, '/newest/.test(document.querySelector(".readout")?.textContent)');
    const button = page.getByRole('button', { name: /full screen/i });
    await button.click();
    await until(
      page,
      'document.fullscreenElement?.matches("figure") && document.fullscreenElement.querySelector("canvas").clientHeight > 600',
    );
    await page.evaluate('document.exitFullscreen()');
    await until(page, 'document.fullscreenElement === null');
  });

  it('stands beside runs that read the same batches, by an address', async () => {
    const { page } = one;
    await page.goto(`/runs/${FAULTY}`);
    await page.getByLabel('Compare with').selectOption('35k-2m');
    await page.waitForURL(/with=/);
    await page.reload();
    const chosen = page.locator('.compare .badge', { hasText: '35k-2m' });
    await chosen.waitFor();
    await keepPicture(page, 'run-beside');
    await chosen.getByRole('button').click();
    await until(page, '!location.search.includes("with")');
  });

  it('says how far its open deviation is off, not where the newest value has scattered to', async () => {
    const { items } = await service.get<{
      items: (Found & { sigma: number; metric: string; started_at_step: number })[];
    }>(`/v1/deviations?status=open&run=${FAULTY}`);
    const { sigma, started_at_step: since } = items.find(({ metric }) => metric === 'loss')!;
    const shown = one.page.locator('dl div', { hasText: 'Off its curve' }).locator('dd');
    await shown.filter({ hasText: `since step ${since.toLocaleString('en')}` }).waitFor();
    expect(await shown.textContent()).toContain(`${sigma < 0 ? '−' : '+'}${Math.abs(sigma).toFixed(1)}`);
  });

  it('whose clock is behind by hours is told of: nothing is sent of what seems to be history', async () => {
    const hours = (count: number): number => Date.now() / 1000 - 3600 * count;
    const at = (run: string, time: number) => ({ run, step: 1, time, metrics: { loss: 2 } });
    await service.send('metrics', [at('behind', hours(2)), at('ahead', hours(-9)), at('right', hours(0))]);
    const heard = one.page.locator('dl.facts div', { hasText: 'Last heard' });
    await one.page.goto('/runs/behind');
    await heard.filter({ hasText: /records 2\sh old on arrival: shown, nothing is sent/ }).waitFor();
    await one.page.goto('/runs/ahead');
    await heard.filter({ hasText: /its clock is (9|8\.9)\sh ahead/ }).waitFor();
    await one.page.goto('/runs/right');
    await heard.filter({ hasText: 'ago' }).waitFor();
    expect(await heard.textContent()).not.toMatch(/old on arrival|ahead/);
  });

  it('that does not exist says so', async () => {
    await one.page.goto('/runs/nobody');
    await one.page.getByRole('heading', { name: 'No run is called “nobody”' }).waitFor();
  });
});

describe('a deviation', () => {
  it('snoozed in two open pages at the same moment is snoozed once, and both show it', async () => {
    const { items } = await service.get<{ items: Found[] }>(`/v1/deviations?status=open&run=${FAULTY}`);
    const { id } = items[0]!;
    const pages = await Promise.all([reader(browser, service.url), reader(browser, service.url)]);
    const answers: { changed: boolean; reason: string | null }[] = [];
    // Neither question goes out before both were asked.
    let waiting = 0;
    let open!: () => void;
    const both = new Promise<void>((resolve) => (open = resolve));
    for (const { page } of pages) {
      await page.goto(`/deviations/${id}`);
      await page.getByRole('combobox', { name: 'Snooze' }).waitFor();
      await page.route('**/snooze', async (route) => {
        if (++waiting === pages.length) open();
        await both;
        const response = await route.fetch();
        answers.push((await response.json()) as (typeof answers)[number]);
        await route.fulfill({ response });
      });
    }
    await Promise.all(pages.map(({ page }) => page.getByRole('combobox', { name: 'Snooze' }).selectOption('1 hour')));
    for (const { page } of pages) await page.locator('.head .badge', { hasText: 'snoozed' }).waitFor();
    expect(answers.map(({ changed }) => changed).sort()).toEqual([false, true]);
    expect(answers.find(({ changed }) => !changed)!.reason).toMatch(/^snoozed already by /);
    for (const { page, mishaps, close } of pages) {
      // The story is read after the badge has changed.
      const told = page.locator('.story li', { hasText: 'snoozed' });
      await told.first().waitFor();
      expect(await told.count()).toBe(1);
      expect(mishaps).toEqual([]);
      await close();
    }
  });

  it('tells what, since when and how sure; handled in one open page, the other shows it', async () => {
    const { items } = await service.get<{ items: Found[] }>(`/v1/deviations?status=snoozed&run=${FAULTY}`);
    const { page } = one;
    await page.goto(`/runs/${FAULTY}`);
    await page.locator('.note a').first().click();
    await page.waitForURL(`**/deviations/${items[0]!.id}`);
    await page.getByText('Expected', { exact: true }).waitFor();
    const other = await reader(browser, service.url, { colorScheme: 'dark' });
    await other.page.goto(page.url());
    await other.page.getByRole('button', { name: 'Acknowledge' }).waitFor();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.locator('.head .badge', { hasText: 'acknowledged' }).waitFor();
    await other.page.locator('.head .badge', { hasText: 'acknowledged' }).waitFor();
    await other.page.getByRole('combobox', { name: 'Snooze' }).selectOption('1 hour');
    await page.locator('.head .badge', { hasText: 'snoozed' }).waitFor();
    // For the second time: by the test before, too.
    await page.locator('.story li', { hasText: 'snoozed' }).nth(1).waitFor();
    await keepPicture(other.page, 'deviation-dark');
    expect(await axeFinds(other.page)).toEqual([]);
    await page.getByRole('button', { name: 'False alarm' }).click();
    await other.page.locator('.head .badge', { hasText: 'false alarm' }).waitFor();
    expect(other.mishaps).toEqual([]);
    await other.close();
  });

  it('is found in the list by its status', async () => {
    await one.page.goto('/deviations?status=resolved');
    await one.page.locator('tbody tr', { hasText: FAULTY }).first().waitFor();
    await one.page.getByRole('button', { name: 'Snoozed' }).click();
    await one.page.getByText('None is like that').waitFor();
  });
});

describe('silences', () => {
  it('are proposed by a link, made and ended by buttons', async () => {
    const { page } = one;
    await page.goto(`/silences?run=${FAULTY}`);
    expect(await page.getByLabel('Run', { exact: true }).inputValue()).toBe(FAULTY);
    await page.getByText('Nothing is silenced').waitFor();
    await page.getByLabel('Why').fill('a new data loader');
    await page.getByRole('button', { name: 'Silence', exact: true }).click();
    const row = page.locator('tbody tr', { hasText: 'a new data loader' });
    await row.waitFor();
    expect(await row.textContent()).toContain(`run ${FAULTY}`);
    const { items } = await service.get<{ items: { match: unknown; status: string }[] }>('/v1/silences');
    expect(items).toMatchObject([{ match: { run: FAULTY }, status: 'active' }]);
    await row.getByRole('button', { name: 'End now' }).click();
    await page.getByText('Nothing is silenced').waitFor();
  });
});

describe('the audit', () => {
  it('counts what was called false against the budget, and how many values lay in their band', async () => {
    const audit = await service.get<Audited>('/v1/audit?days=7');
    expect(audit.false_alarms.count).toBe(1);
    expect(audit.alarms.count).toBeGreaterThanOrEqual(1);
    expect(audit.budget.per_run_day).toBeCloseTo(1 / 30, 10);
    // The healthy run's band is of 90 %; the faulty one's shift was called false, so that it counts too.
    // The made-up run of no family has no noise: its band holds all of it.
    const real = audit.coverage.families.find(({ family }) => family === 'sqlite-bytes')!;
    expect(real.points).toBeGreaterThan(1000);
    expect(real.share).toBeGreaterThan(0.8);
    expect(real.share).toBeLessThan(0.97);
    const { page } = one;
    await page.goto('/audit');
    await page.locator('dl div', { hasText: 'Called false' }).locator('dd', { hasText: /^1/ }).waitFor();
    for (const title of ['Alarms against the budget', 'Coverage of the band'])
      expect(await plot(title).count()).toBe(1);
    const stages = page.getByRole('region', { name: 'Coverage by share of training' });
    const rows = stages.locator('tbody tr');
    expect(await rows.count()).toBe(1 + audit.coverage.families.length);
    expect(await rows.filter({ hasText: 'sqlite-bytes' }).count()).toBe(1);
    expect(await stages.locator('thead th').allTextContents()).toEqual(
      expect.arrayContaining(['to 20\u202f%', 'to 100\u202f%', 'unknown']),
    );
    await page.getByRole('button', { name: '7 days' }).click();
    await page.waitForURL(/days=7/);
    await keepPicture(page, 'audit');
  });
});

describe('axe-core finds nothing', () => {
  it.each([
    ['the fleet', '/', {}],
    ['the fleet in the dark', '/', { colorScheme: 'dark' as const }],
    ['the fleet on a phone', '/', { viewport: { width: 390, height: 844 } }],
    ['a run', `/runs/${FAULTY}`, {}],
    ['a run in the dark', `/runs/${FAULTY}`, DARK],
    [
      'a run in the dark on a phone',
      `/runs/${FAULTY}`,
      { colorScheme: 'dark' as const, viewport: { width: 390, height: 844 } },
    ],
    ['a family with no law yet', '/families/sqlite-bytes', {}],
    ['a family with no law yet, in the dark', '/families/sqlite-bytes', DARK],
    ['the families in the dark', '/families', DARK],
    ['the plan', '/plan', {}],
    ['the plan in the dark', '/plan', DARK],
    ['the deviations', '/deviations', {}],
    ['the deviations in the dark', '/deviations', DARK],
    ['the audit', '/audit', {}],
    ['the audit in the dark', '/audit', DARK],
    ['silences', '/silences?status=all', {}],
    ['silences in the dark', '/silences?status=all', DARK],
    ['an address where nothing is kept', '/runs/nobody', {}],
  ])('in %s, which is no wider than its window', async (name, path, options) => {
    const other = await reader(browser, service.url, options);
    await other.page.goto(path);
    await until(other.page, 'document.querySelector("main").textContent.length > 20');
    await until(other.page, '!/reading…/.test(document.body.textContent)');
    expect(await axeFinds(other.page)).toEqual([]);
    expect(
      await other.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBeLessThanOrEqual(0);
    await keepPicture(other.page, name.replaceAll(' ', '-'));
    await other.close();
  });
});
