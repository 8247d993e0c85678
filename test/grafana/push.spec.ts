// A push leaves a Grafana as asked, and the same once more changes nothing; what people did there is not lost unasked.
import { allDashboards } from '../../dashboards/source/all-dashboards.js';
import { type PushRequest, push, pushText } from '../../src/cli/grafana/push.js';
import { type FakeGrafana, fakeGrafana } from './fake-grafana.js';

const UIDS = Object.values(allDashboards())
  .map(({ uid }) => uid!)
  .sort();
const DATABASE = 'postgresql://offcurve_reader:p%40ss@db.example.org:6543/curves?sslmode=verify-full';
let grafana: FakeGrafana;
beforeEach(async () => (grafana = await fakeGrafana()));
afterEach(() => grafana.close());

const pushing = (more: Partial<PushRequest> = {}) =>
  push({ url: grafana.url, token: grafana.token, folder: 'offcurve', database: DATABASE, ...more }, {});
const statuses = async (more?: Partial<PushRequest>) =>
  Object.fromEntries((await pushing(more)).dashboards.map(({ uid, status }) => [uid, status]));
const all = (status: string) => Object.fromEntries(UIDS.map((uid) => [uid, status]));

it('makes the data source, the folder and every dashboard in it', async () => {
  const pushed = await pushing();
  expect(pushed).toMatchObject({ folder: 'offcurve', data_source: 'created' });
  expect(grafana.folders).toEqual([{ uid: 'offcurve', title: 'offcurve' }]);
  expect([...grafana.dashboards.keys()].sort()).toEqual(UIDS);
  for (const { folderUid } of grafana.dashboards.values()) expect(folderUid).toBe('offcurve');
  expect(grafana.sources.get('offcurve')).toMatchObject({
    type: 'grafana-postgresql-datasource',
    url: 'db.example.org:6543',
    user: 'offcurve_reader',
    jsonData: { database: 'curves', sslmode: 'verify-full' },
    secureJsonData: { password: 'p@ss' },
  });
  expect(pushText(pushed)).toContain(`${grafana.url}/d/offcurve-fleet`);
});

it.each([true, false])('changes nothing the second time (history as a bare list: %s)', async (bare) => {
  grafana.bareVersions = bare;
  await pushing();
  expect(await statuses()).toEqual(all('unchanged'));
  for (const { versions } of grafana.dashboards.values()) expect(versions).toHaveLength(1);
  expect(grafana.folders).toHaveLength(1);
});

it('knows its own dashboard though Grafana rewrote it on reading', async () => {
  await pushing();
  for (const kept of grafana.dashboards.values()) Object.assign(kept.dashboard, { schemaVersion: 99 });
  expect(await statuses()).toEqual(all('unchanged'));
});

it('replaces what an older push left, with the new address of the page in it', async () => {
  await pushing();
  expect(await statuses({ page: 'https://offcurve.example.org/' })).toEqual({
    ...all('updated'),
    'offcurve-ingest': 'unchanged',
  });
  const { templating } = grafana.dashboards.get('offcurve-run')!.dashboard as unknown as {
    templating: { list: { name: string }[] };
  };
  expect(templating.list.find(({ name }) => name === 'page')).toMatchObject({
    query: 'https://offcurve.example.org',
    current: { value: 'https://offcurve.example.org' },
  });
});

it('keeps a dashboard that a person changed, says so, and replaces it when told to', async () => {
  await pushing();
  grafana.edit('offcurve-run', { title: 'mine' });
  expect(await statuses()).toEqual({ ...all('unchanged'), 'offcurve-run': 'kept' });
  expect(grafana.dashboards.get('offcurve-run')!.dashboard.title).toBe('mine');
  expect(await statuses({ overwrite: true })).toEqual({ ...all('unchanged'), 'offcurve-run': 'updated' });
  expect(grafana.dashboards.get('offcurve-run')!.dashboard.title).toBe('offcurve: run');
});

it('loses no change that is made between its reading and its writing', async () => {
  await pushing();
  const { get } = grafana.dashboards;
  grafana.dashboards.get = (uid: string) => {
    // As soon as the push has looked at the history, a person saves.
    const raced = grafana.asked.at(-1) === 'POST /api/dashboards/db' && uid === 'offcurve-fleet';
    const kept = get.call(grafana.dashboards, uid);
    return raced ? { ...kept!, dashboard: { ...kept!.dashboard, version: 7 } } : kept;
  };
  expect(await statuses({ page: 'https://new.example.org' })).toMatchObject({ 'offcurve-fleet': 'kept' });
});

it('moves a dashboard to another folder, and takes a folder that is there by its title', async () => {
  await pushing();
  grafana.folders.push({ uid: 'team', title: 'Training' });
  expect(await statuses({ folder: 'Training' })).toEqual(all('updated'));
  for (const { folderUid } of grafana.dashboards.values()) expect(folderUid).toBe('team');
});

it('leaves what Grafana reads from files, and says where to change it', async () => {
  await pushing();
  grafana.dashboards.get('offcurve-run')!.provisioned = true;
  const { dashboards } = await pushing({ page: 'https://new.example.org', overwrite: true });
  expect(dashboards.find(({ uid }) => uid === 'offcurve-run')).toMatchObject({
    status: 'kept',
    reason: expect.stringContaining('files') as string,
  });
});

it('works under a path, and as an Editor who is shown no data sources', async () => {
  await grafana.close();
  grafana = await fakeGrafana('/grafana');
  grafana.role = 'Editor';
  const pushed = await pushing({ url: `${grafana.url}/`, database: undefined });
  expect(pushed.data_source).toBe('unknown');
  expect(pushed.dashboards.map(({ status }) => status)).toEqual(UIDS.map(() => 'created'));
});

it('takes address and token from the environment', async () => {
  const environment = { GRAFANA_URL: grafana.url, GRAFANA_TOKEN: grafana.token };
  expect((await push({ folder: 'x', database: DATABASE }, environment)).dashboards).toHaveLength(UIDS.length);
});

it.each<[string, Partial<PushRequest>, RegExp, RegExp]>([
  ['a wrong token', { token: 'other' }, /401.*Invalid API key/, /Service accounts/],
  ['no data source', { database: undefined }, /no data source with the uid "offcurve"/, /--database postgresql/],
  ['an address that is none', { url: 'grafana' }, /--url grafana is not an address/, /https:/],
  ['a database address that is none', { database: 'postgresql://secret@' }, /^--database is not an address$/, /HOST/],
  ['nobody there', { url: 'http://127.0.0.1:9' }, /ECONNREFUSED/, /check --url/],
  ['no token', { token: undefined }, /there is no token/, /GRAFANA_TOKEN/],
])('says what to do about %s', async (_, request, message, fix) => {
  await expect(pushing(request)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(message) as string,
    fix: expect.stringMatching(fix) as string,
  });
});

it('says what to do about a role that may not, a title that is taken, and a Grafana in trouble', async () => {
  grafana.role = 'Editor';
  await expect(pushing()).rejects.toMatchObject({ fix: expect.stringContaining('role Editor') as string });
  grafana.role = 'Admin';
  await pushing();
  const kept = grafana.dashboards.get('offcurve-run')!;
  grafana.dashboards.delete('offcurve-run');
  grafana.dashboards.set('another', kept);
  await expect(pushing()).rejects.toMatchObject({ fix: expect.stringContaining('rename it') as string });
  grafana.failures.push(500);
  await expect(pushing()).rejects.toMatchObject({ fix: expect.stringContaining('later') as string });
});
