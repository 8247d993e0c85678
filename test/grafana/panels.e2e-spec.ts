// Every panel's SQL, as Grafana sends it, on a database that real runs were sent to, as the role that may read nothing else.
import pg from 'pg';
import { type Dashboard, type Panel, type VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { allDashboards } from '../../dashboards/source/all-dashboards.js';
import { type TestService, eventually, testService } from '../http/test-service.js';
import { sweepRun } from '../web/sweep-run.js';
import { type View, expand } from './expand.js';

/** A quote in its name goes through all the SQL. */
const RUN = "it's healthy";
const BROKEN = 'broken';
const { fleet, run: ofRun, deviations, laws } = allDashboards();
/** All but the one that asks Prometheus. */
const sqlDashboards = { fleet: fleet!, run: ofRun!, deviations: deviations!, laws: laws! };
/** Four sizes of one amount of data and of another: enough for a law. */
const FAMILY = ['12k-1m', '12k-2m', '35k-1m', '35k-2m', '99k-1m', '99k-2m'];
let service: TestService;
let reader: pg.Client;
let view: View;

beforeAll(async () => {
  service = await testService();
  for (const run of [await sweepRun('35k-2m', { as: RUN }), await sweepRun('35k-2m-t06', { as: BROKEN, upTo: 1000 })]) {
    await service.call('POST', '/v1/runs', run.announcement);
    expect((await service.call('POST', '/v1/metrics', run.records)).status).toBe(202);
  }
  const nan = [1001, 1002].map((step) => ({ run: BROKEN, step, metrics: { loss: 'nan' } }));
  expect((await service.call('POST', '/v1/metrics', nan)).json.rejected).toEqual([]);
  for (const name of FAMILY) {
    const { announcement, records } = await sweepRun(name);
    await service.call('POST', '/v1/runs', announcement);
    // The end is what a law reads, and every twentieth record tells enough of the rest.
    const few = records.filter(({ step }, i) => step % 20 === 0 || i > records.length - 60);
    await service.call('POST', '/v1/metrics', few);
    await service.call('POST', '/v1/runs', { run: name, status: 'finished' });
  }
  await eventually(async () => {
    const { json } = await service.call('GET', '/v1/families/sqlite-bytes/laws?metric=loss&limit=1');
    return (json.items[0]?.data.length ?? 0) >= FAMILY.length;
  });
  await eventually(async () => (await service.call('GET', `/v1/deviations?run=${BROKEN}`)).json.items.length >= 2);
  const owner = new pg.Client({ connectionString: service.databaseUrl });
  await owner.connect();
  // As docs/grafana.md says; and a message, since no channel is set here.
  await owner.query(`alter role offcurve_reader login password 'reader'`);
  await owner.query(
    `insert into outbox (id, channel, deviation_id, deviation_version, type, body, created_at, state, due_at, tries, sent_at)
     select 'one', 'hook', id, version, 'opened', '{}', opened_at, 'sent', opened_at, 1, opened_at + 250 from deviations limit 1`,
  );
  await owner.end();
  const url = new URL(service.databaseUrl);
  url.username = 'offcurve_reader';
  url.password = 'reader';
  reader = new pg.Client({ connectionString: url.href });
  await reader.connect();
  view = {
    from: new Date(Date.now() - 86_400_000),
    to: new Date(Date.now() + 60_000),
    intervalSeconds: 60,
    variables: { project: ['*'], family: ['*'], run: ['*'], metric: ['lr', 'grad_norm'] },
  };
}, 120_000);
afterAll(async () => {
  await reader?.end();
  await service?.stop();
});

type Target = { rawSql: string; format: string };
const targetsOf = (panel: Panel): Target[] => (panel.targets ?? []) as unknown as Target[];
const CHOICES: Record<string, (run: string) => View['variables']> = {
  'offcurve-run': (run) => ({ run }),
  'offcurve-laws': () => ({ family: 'sqlite-bytes', law_metric: 'loss' }),
};
const chosenIn = ({ uid }: Dashboard, run: string): View => ({
  ...view,
  variables: { ...view.variables, ...CHOICES[uid!]?.(run) },
});

const panels = Object.values(sqlDashboards).flatMap((dashboard) =>
  (dashboard.panels as Panel[]).map((panel): [string, string, Dashboard, Panel] => [
    dashboard.title!,
    panel.title!,
    dashboard,
    panel,
  ]),
);

it.each(panels)('%s: "%s" has data', async (_, title, dashboard, panel) => {
  expect(targetsOf(panel).length).toBeGreaterThan(0);
  for (const { rawSql, format } of targetsOf(panel)) {
    // The healthy run has no deviation to list, and only that.
    const run = title === 'Deviations' ? BROKEN : RUN;
    const { rows, fields } = await reader.query(expand(rawSql, chosenIn(dashboard, run)));
    expect(rows.length).toBeGreaterThan(0);
    for (const { name } of fields.filter(({ name }) => WITH_VALUES.has(name)))
      expect(rows.filter((row) => row[name] !== null)).not.toEqual([]);
    if (format === 'time_series')
      expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(['time', 'metric']));
  }
});

/** Columns that must not be empty throughout. */
const WITH_VALUES = new Set([
  'loss',
  'expected',
  'from',
  'to',
  'least',
  'progress',
  'final',
  'status',
  'since',
  'value',
  'opened',
  'said',
  'residual',
  'off by',
]);

it.each(Object.entries(sqlDashboards))(
  '%s: each variable offers the runs, projects, families and metrics',
  async (_, board) => {
    for (const { name, type, query } of board.templating!.list as VariableModel[]) {
      if (type !== 'query') continue;
      const { rows } = await reader.query(expand(query as string, chosenIn(board, RUN)));
      const offered = rows.map((row) => Object.values(row)[0]);
      const one = { project: 'sweep', family: 'sqlite-bytes', run: RUN, metric: 'grad_norm', law_metric: 'loss' }[
        name
      ]!;
      expect(offered).toContain(one);
    }
  },
);

it('leaves out what is not chosen', async () => {
  const list = (sqlDashboards.fleet.panels as Panel[]).find(({ title }) => title?.startsWith('Runs, furthest'))!;
  const rowsFor = async (variables: View['variables']) =>
    (await reader.query(expand(targetsOf(list)[0]!.rawSql, { ...view, variables }))).rows;
  expect(await rowsFor({ project: ['sweep'], family: ['*'] })).toHaveLength(2 + FAMILY.length);
  expect(await rowsFor({ project: ['another'], family: ['*'] })).toEqual([]);
  expect(await rowsFor({ project: ['*'], family: ["o'none", '(none)'] })).toEqual([]);
});

it('draws a deviation from its onset to now while it is open', async () => {
  const [annotation] = sqlDashboards.run.annotations!.list as unknown as { rawQuery: string }[];
  const { rows } = await reader.query(expand(annotation!.rawQuery, chosenIn(sqlDashboards.run, BROKEN)));
  expect(rows).toContainEqual(expect.objectContaining({ text: 'non-finite of loss', tags: 'non-finite,loss,open' }));
  for (const { time, timeend } of rows) expect(timeend.getTime()).toBeGreaterThan(time.getTime());
});

it('says by SQL what the law itself says of each of its runs', async () => {
  const { rows } = await reader.query<{ run: string; said: number }>(
    `select run, said from offcurve_law_runs where family = 'sqlite-bytes' and metric = 'loss'
        and version = (select max(version) from offcurve_laws where family = 'sqlite-bytes' and metric = 'loss')`,
  );
  const { json } = await service.call('GET', '/v1/families/sqlite-bytes/picture?metric=loss');
  const bySql = new Map(rows.map(({ run, said }) => [run, said]));
  expect(bySql.size).toBe(json.picture.runs.length);
  for (const { run, said } of json.picture.runs) expect(bySql.get(run)! / said).toBeCloseTo(1, 10);
});

it('counts every point once at either level, and NaN as not finite', async () => {
  const { json: run } = await service.call('GET', `/v1/runs/${BROKEN}`);
  const { rows } = await reader.query(
    `select level, sum(count)::int as points, sum(nonfinite)::int as nonfinite, min(min) > 0 as positive
       from offcurve_series where run = $1 and metric = 'loss' group by level order by level`,
    [BROKEN],
  );
  const whole = { points: run.records, nonfinite: 2, positive: true };
  expect(rows).toEqual([
    { level: 0, ...whole },
    { level: 1, ...whole },
  ]);
});

it.each(['runs', 'points', 'buckets', 'deviations', 'outbox', 'channel_states', 'run_states'])(
  'does not let the reader at the table %s',
  async (table) => {
    await expect(reader.query(`select * from ${table} limit 1`)).rejects.toMatchObject({ code: '42501' });
  },
);

it('does not let the reader write through a view', async () => {
  await expect(reader.query(`delete from offcurve_runs`)).rejects.toMatchObject({ code: '42501' });
});

it('finds numbers in documents with text that PostgreSQL cannot hold, and takes no text for a key', async () => {
  const document = JSON.stringify({
    gpu: 'a\u0000,"params":7,',
    planned_steps: 1e21,
    price: { tokens: { lower: 1, value: -2.5e-7 } },
  });
  const { rows } = await reader.query(
    `select offcurve_number(d, 'params') as params, offcurve_number(d, 'planned_steps') as steps,
            offcurve_estimate(d, 'tokens') as tokens, offcurve_estimate(d, 'usd') as usd from (values ($1::json)) as of(d)`,
    [document],
  );
  expect(rows).toEqual([{ params: null, steps: 1e21, tokens: -2.5e-7, usd: null }]);
});
