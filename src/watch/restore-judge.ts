// The judge of a stored run: its snapshot, brought up to date by the rows and the context behind it.
import { MONITOR_VERSION } from '../core/detection/budget.js';
import type { MonitorSettings } from '../core/detection/monitor-types.js';
import type { ContextEntry, PackedReference } from '../runs/context-entry.js';
import { leaningIn } from './leant.js';
import { RunJudge } from './run-judge.js';
import type { StoredRun } from './watch-store.js';

export interface RestoredJudge {
  judge: RunJudge;
  /** Finished runs that it compares with. */
  references: readonly PackedReference[];
  /** The rules are of another version than when the run was last judged: it begins anew with `settings`. */
  isRenewed: boolean;
}

/** @param settings for a run that begins anew */
export function restoreJudge(
  { header, snapshot, context: all, openRows }: StoredRun,
  settings: () => MonitorSettings,
): RestoredJudge {
  const valid = all.filter((entry) => !isOutdated(entry));
  const first = valid.find((entry) => entry.kind === 'settings');
  let isRenewed = valid.length < all.length;
  const anew = (): MonitorSettings => {
    isRenewed = true;
    return settings();
  };
  const judge = snapshot
    ? RunJudge.restore(header.metricNames, snapshot.state, leaningIn(all, snapshot.seq), anew)
    : RunJudge.fresh((first?.settings as MonitorSettings | undefined) ?? settings(), header.metricNames);
  const after = snapshot?.seq ?? 0;
  const context = valid.filter((entry) => entry.seq > after);
  const references = valid.filter((entry) => entry.kind === 'references');
  const held = references.filter(({ seq }) => seq <= after).at(-1);
  if (held) judge.applyContext(held);
  // A run without a snapshot was made with its first settings already.
  if (!snapshot && first) context.splice(context.indexOf(first), 1);
  for (const row of openRows) {
    if (row.seq <= after) continue;
    while (context.length > 0 && context[0]!.seq <= row.seq) judge.applyContext(context.shift()!);
    judge.replay(row);
  }
  for (const entry of context) judge.applyContext(entry);
  return { judge, references: references.at(-1)?.references ?? [], isRenewed };
}

const isOutdated = (entry: ContextEntry): boolean =>
  entry.kind === 'settings' && (entry.settings as MonitorSettings).version !== MONITOR_VERSION;
