// Makes a silence: for a run, a project, a family or a tag, for so long, and why.
import { useState } from 'preact/hooks';
import { ApiError, ask } from '../api/client.js';
import { Fault } from '../ui/fault.js';
import './silence.css';

const FIELDS = [
  ['run', 'Run'],
  ['project', 'Project'],
  ['family', 'Family'],
  ['tag', 'Tag'],
] as const;
const SPANS: readonly (readonly [minutes: number, text: string])[] = [
  [60, '1 hour'],
  [8 * 60, '8 hours'],
  [24 * 60, '1 day'],
  [7 * 24 * 60, '1 week'],
];
const MINUTE_MS = 60_000;

/** What the address names is filled in: a link can propose a silence, the button makes it. */
export function SilenceForm({ query, onMade }: { query: URLSearchParams; onMade: () => void }) {
  const [match, setMatch] = useState<Record<string, string>>(() =>
    Object.fromEntries(FIELDS.flatMap(([name]) => (query.get(name) ? [[name, query.get(name)!]] : []))),
  );
  const [minutes, setMinutes] = useState(SPANS[1]![0]);
  const [comment, setComment] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const given = Object.fromEntries(Object.entries(match).filter(([, value]) => value.trim() !== ''));
  const all = Object.keys(given).length === 0;
  const make = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const endsAt = new Date(Date.now() + minutes * MINUTE_MS).toISOString();
      await ask('/v1/silences', { method: 'POST', body: { match: given, ends_at: endsAt, comment } });
      setError(null);
      setComment('');
      onMade();
    } catch (caught) {
      setError(caught instanceof ApiError ? caught : new ApiError(-1, String(caught)));
    }
    setBusy(false);
  };
  return (
    <form class="panel silence-form" aria-label="New silence" onSubmit={(event) => void make(event)}>
      <Fault error={error} />
      {FIELDS.map(([name, label]) => (
        <label key={name}>
          {label}
          <input
            type="text"
            placeholder="any"
            value={match[name] ?? ''}
            onInput={(event) => setMatch({ ...match, [name]: event.currentTarget.value })}
          />
        </label>
      ))}
      <label>
        For
        <select value={minutes} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
          {SPANS.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label class="why">
        Why
        <input type="text" value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
      </label>
      <button type="submit" class="main" disabled={busy}>
        {all ? 'Silence everything' : 'Silence'}
      </button>
    </form>
  );
}
