// Runs that this one may be compared with, and the curves of those that are chosen.
import { ask, withQuery } from '../api/client.js';
import type { Bucket, Page, Run } from '../api/shapes.js';
import type { OtherTrace } from '../chart/chart-spec.js';
import { type Loaded, useLoaded } from '../ui/use-loaded.js';
import { type AxisName, axesOf, axisOf } from './axis.js';
import { runUrl } from './use-run.js';

const POINTS = 400;
const MOST_LISTED = 200;

export interface Sibling {
  id: string;
  name: string;
  /** It reads the same batches at the same steps: the strongest comparison there is. */
  reference: boolean;
}

/** Runs of the family, references first. */
export function useSiblings({ id, family, metadata }: Run): Loaded<Sibling[]> {
  return useLoaded(`${id}\n${family ?? ''}`, async (signal) => {
    if (family === null) return [];
    const { items } = await ask<Page<Run>>(withQuery('/v1/runs', { family, limit: MOST_LISTED }), { signal });
    return items
      .filter((run) => run.id !== id)
      .map((run) => ({
        ...{ id: run.id, name: run.name ?? run.id },
        reference: metadata.data_order !== undefined && run.metadata.data_order === metadata.data_order,
      }))
      .sort((a, b) => Number(b.reference) - Number(a.reference) || a.name.localeCompare(b.name));
  });
}

/** Over time runs lie apart: no curve of another is drawn there. */
export function useOthers(ids: readonly string[], metric: string | null, axis: AxisName): Loaded<OtherTrace[]> {
  const wanted = axis === 'time' || metric === null ? [] : ids;
  return useLoaded(`${JSON.stringify(wanted)}\n${metric ?? ''}\n${axis}`, (signal) =>
    Promise.all(wanted.map((id) => otherTrace(id, metric!, axis, signal))).then((all) =>
      all.filter((one) => one !== null),
    ),
  );
}

async function otherTrace(id: string, metric: string, axis: AxisName, signal: AbortSignal): Promise<OtherTrace | null> {
  const series = async (name: string): Promise<Bucket[]> =>
    (await ask<Page<Bucket>>(withQuery(`${runUrl(id)}/series`, { metric: name, points: POINTS }), { signal })).items;
  const run = await ask<Run>(runUrl(id), { signal });
  if (!axesOf(run).includes(axis)) return null;
  const logged = axis !== 'step' && run.metadata.tokens_per_step === undefined;
  const [buckets, tokens] = await Promise.all([series(metric), logged ? series('tokens') : []]);
  const own = axisOf(axis, run, buckets, tokens);
  const newest = buckets.filter(({ attempt }) => attempt === run.attempt);
  return {
    name: run.name ?? id,
    x: newest.map(({ step_from, step_to, attempt }) => (own.x(step_from, attempt) + own.x(step_to, attempt)) / 2),
    y: newest.map(({ mean }) => mean),
  };
}
