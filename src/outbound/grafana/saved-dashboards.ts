// The dashboards of this version, as files beside the program.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../postgres/package-folder.js';

/** The parts of a dashboard that a push looks at. */
export interface SavedBoard {
  uid: string;
  title: string;
  templating?: { list: { name: string; query?: unknown; current?: unknown }[] };
}

/** @param page where links lead; null leaves what the files say */
export function savedDashboards(page: string | null): SavedBoard[] {
  const folder = join(packageFolder(), 'dashboards');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => linkedTo(page, JSON.parse(readFileSync(join(folder, name), 'utf8')) as SavedBoard));
}

function linkedTo(page: string | null, board: SavedBoard): SavedBoard {
  const variable = board.templating?.list.find(({ name }) => name === 'page');
  if (page === null || variable === undefined) return board;
  Object.assign(variable, { query: page, current: { text: page, value: page } });
  return board;
}
