// Acknowledge, snooze, resolve, false alarm: what a person may do with a deviation.
import { useState } from 'preact/hooks';
import { ApiError, ask } from '../api/client.js';
import type { Deviation } from '../api/shapes.js';

const HOUR_MS = 3_600_000;
const SNOOZES: readonly (readonly [hours: number, text: string])[] = [
  [1, '1 hour'],
  [8, '8 hours'],
  [24, '1 day'],
  [168, '1 week'],
];

interface Handled {
  changed: boolean;
  reason: string | null;
}

interface Props {
  deviation: Deviation;
  /** Somebody acted: read it again. */
  onChange: () => void;
}

export function Actions({ deviation, onChange }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const act = async (action: string, body: unknown = {}): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const url = `/v1/deviations/${encodeURIComponent(deviation.id)}/${action}`;
      const { changed, reason } = await ask<Handled>(url, { method: 'POST', body });
      // Somebody was quicker.
      if (!changed) setProblem(reason);
    } catch (error) {
      setProblem(
        error instanceof ApiError && error.status === 403
          ? `${error.message} Sign in with a token that has the scope operate.`
          : String(error instanceof Error ? error.message : error),
      );
    } finally {
      setBusy(false);
      onChange();
    }
  };
  const over = deviation.status === 'resolved';
  return (
    <div class="actions">
      {!over && (
        <>
          <button
            type="button"
            class="main"
            disabled={busy || deviation.status === 'acknowledged'}
            onClick={() => void act('acknowledge')}
          >
            Acknowledge
          </button>
          <select
            aria-label="Snooze"
            disabled={busy}
            value=""
            onChange={(event) => {
              const hours = Number(event.currentTarget.value);
              event.currentTarget.value = '';
              if (hours > 0) void act('snooze', { until: new Date(Date.now() + hours * HOUR_MS).toISOString() });
            }}
          >
            <option value="">Snooze…</option>
            {SNOOZES.map(([hours, text]) => (
              <option key={hours} value={hours}>
                {text}
              </option>
            ))}
          </select>
          <button type="button" disabled={busy} onClick={() => void act('resolve')}>
            Resolve
          </button>
        </>
      )}
      {!deviation.false_alarm && (
        <button type="button" disabled={busy} onClick={() => void act('false-alarm')}>
          False alarm
        </button>
      )}
      {!over && deviation.run !== null && (
        <a href={`/silences?run=${encodeURIComponent(deviation.run)}`}>Silence the run…</a>
      )}
      {problem !== null && (
        <p class="worse" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
