// The fleet's filters, as the address holds them.
import type { Run } from '../api/shapes.js';

export interface Filters {
  text: string;
  project: string | null;
  family: string | null;
  tag: string | null;
  /** `attention` is what is off its curve or silent. */
  status: string | null;
}

export function filtersOf(query: URLSearchParams): Filters {
  return {
    text: query.get('q') ?? '',
    project: query.get('project'),
    family: query.get('family'),
    tag: query.get('tag'),
    status: query.get('status'),
  };
}

/** Every word of the text must be found in the run's name, id, project, family or tags. */
export function matches(run: Run, filters: Filters, offCurve: boolean): boolean {
  if (filters.project !== null && run.project !== filters.project) return false;
  if (filters.family !== null && run.family !== filters.family) return false;
  if (filters.tag !== null && !run.tags.includes(filters.tag)) return false;
  if (
    filters.status === 'attention'
      ? !offCurve && run.status !== 'silent'
      : filters.status !== null && run.status !== filters.status
  )
    return false;
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const said = [run.id, run.name, run.project, run.family, ...run.tags].join(' ').toLowerCase();
  return words.every((word) => said.includes(word));
}

/** What a filter may be set to, from the runs there are. */
export function choicesOf(runs: readonly Run[]): Record<'project' | 'family' | 'tag', string[]> {
  const project = new Set<string>();
  const family = new Set<string>();
  const tag = new Set<string>();
  for (const run of runs) {
    if (run.project) project.add(run.project);
    if (run.family) family.add(run.family);
    for (const word of run.tags) tag.add(word);
  }
  const sorted = (set: Set<string>): string[] => [...set].sort((a, b) => a.localeCompare(b));
  return { project: sorted(project), family: sorted(family), tag: sorted(tag) };
}
