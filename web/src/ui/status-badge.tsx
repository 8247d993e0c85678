// A run's status as a word with a sign; colour only helps.
import type { RunStatus } from '../api/shapes.js';

const LOOK: Record<RunStatus, { sign: string; tone: string }> = {
  announced: { sign: '◌', tone: '' },
  running: { sign: '▶', tone: 'running' },
  silent: { sign: '◍', tone: 'notice' },
  finished: { sign: '✓', tone: '' },
  failed: { sign: '✕', tone: 'worse' },
  stopped: { sign: '■', tone: '' },
};

export function StatusBadge({ status }: { status: RunStatus }) {
  const { sign, tone } = LOOK[status] ?? { sign: '·', tone: '' };
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{sign}</span>
      {status}
    </span>
  );
}
