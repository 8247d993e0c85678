// What Grafana reads from dashboards/*.json is what the code builds, and holds what Grafana's rules ask for.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { allDashboards } from '../../dashboards/source/all-dashboards.js';

const folder = join(__dirname, '../../dashboards');
const built = allDashboards();
const saved = readdirSync(folder).filter((name) => name.endsWith('.json'));

it('saves each dashboard, and nothing that no code builds', () => {
  expect(saved.sort()).toEqual(
    Object.keys(built)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

it.each(Object.entries(built))('%s is saved as built: else run node scripts/dashboards.mjs', (name, dashboard) => {
  expect(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))).toEqual(dashboard);
});

it.each(Object.entries(built))('%s has no two panels in one place, and none beyond the grid', (_, { panels = [] }) => {
  const taken = new Set<string>();
  for (const { gridPos } of panels as { gridPos: { x: number; y: number; w: number; h: number } }[]) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken).not.toContain(`${x} ${y}`);
        taken.add(`${x} ${y}`);
      }
  }
});

it('keeps uids, which links and pushes go by, to what Grafana takes', () => {
  const uids = Object.values(built).map(({ uid }) => uid!);
  expect(new Set(uids).size).toBe(uids.length);
  for (const uid of uids) expect(uid).toMatch(/^[\w-]{1,40}$/);
});
