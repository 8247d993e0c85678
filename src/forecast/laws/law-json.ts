// A family's law as it leaves the service: over HTTP and to the open pages.
import { plainJson } from '../../runs/plain-json.js';
import type { FamilyLaw } from './family-law.js';

/** snake_case. The document keeps its own names: it is what `offcurve plan` and `predict` read. */
export function lawJson({ document, createdAt, rows, changes, ...law }: FamilyLaw): Record<string, unknown> {
  return {
    ...(plainJson(law) as object),
    created_at: new Date(createdAt).toISOString(),
    changes: plainJson(changes),
    data: rows,
    document,
  };
}
