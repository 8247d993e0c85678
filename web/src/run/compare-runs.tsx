// Chooses runs to draw beside this one: those that read the same batches first, then the rest of the family.
import type { Run } from '../api/shapes.js';
import { runPath } from '../routing.js';
import { chooseRuns } from './chosen-runs.js';
import { useSiblings } from './use-others.js';

export function CompareRuns({ run, chosen }: { run: Run; chosen: readonly string[] }) {
  const siblings = useSiblings(run).data ?? [];
  const left = siblings.filter(({ id }) => !chosen.includes(id));
  if (siblings.length === 0 && chosen.length === 0) return null;
  const groups = [
    ['The same batches', left.filter(({ reference }) => reference)],
    [run.family ?? '', left.filter(({ reference }) => !reference)],
  ] as const;
  return (
    <span class="compare">
      <select
        aria-label="Compare with"
        value=""
        onChange={(event) => {
          if (event.currentTarget.value !== '') chooseRuns([...chosen, event.currentTarget.value]);
          event.currentTarget.value = '';
        }}
      >
        <option value="">Compare with…</option>
        {groups.map(([name, runs]) =>
          runs.length === 0 ? null : (
            <optgroup key={name} label={name}>
              {runs.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </optgroup>
          ),
        )}
      </select>
      {chosen.map((id) => (
        <span key={id} class="badge">
          <a href={runPath(id)}>{siblings.find((one) => one.id === id)?.name ?? id}</a>
          <button
            type="button"
            class="plain"
            aria-label={`Leave out ${id}`}
            onClick={() => chooseRuns(chosen.filter((one) => one !== id))}
          >
            ×
          </button>
        </span>
      ))}
    </span>
  );
}
