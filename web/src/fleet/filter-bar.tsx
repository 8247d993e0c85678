// The fleet's filters: text and a few choices, kept in the address.
import { useEffect, useRef } from 'preact/hooks';
import { setQuery } from '../routing.js';
import type { Filters } from './filters.js';

const STATUSES = ['attention', 'running', 'silent', 'finished', 'failed', 'stopped', 'announced'];
const WORDS: Record<string, string> = { attention: 'needs attention' };

interface Props {
  filters: Filters;
  choices: Record<'project' | 'family' | 'tag', string[]>;
}

export function FilterBar({ filters, choices }: Props) {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const typing = (event.target as HTMLElement).matches('input, select, textarea');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      search.current?.focus();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);
  return (
    <form class="fleet-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        ref={search}
        type="search"
        aria-label="Search runs"
        placeholder="Search (press /)"
        value={filters.text}
        onInput={(event) => setQuery({ q: event.currentTarget.value }, { replace: true })}
      />
      <Select label="Status" name="status" value={filters.status} options={STATUSES} />
      {(['project', 'family', 'tag'] as const).map((name) =>
        choices[name].length > 1 || filters[name] !== null ? (
          <Select key={name} label={name} name={name} value={filters[name]} options={choices[name]} />
        ) : null,
      )}
    </form>
  );
}

function Select({
  label,
  name,
  value,
  options,
}: {
  label: string;
  name: string;
  value: string | null;
  options: string[];
}) {
  const all = value !== null && !options.includes(value) ? [value, ...options] : options;
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
    >
      <option value="">{label === 'Status' ? 'any status' : `any ${label}`}</option>
      {all.map((option) => (
        <option key={option} value={option}>
          {WORDS[option] ?? option}
        </option>
      ))}
    </select>
  );
}
