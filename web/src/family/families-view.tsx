// All families with their newest laws in short.
import { useEffect } from 'preact/hooks';
import { metricText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import { familyPath } from '../routing.js';
import { Fault } from '../ui/fault.js';
import { formulaOf, parameterText } from './law-words.js';
import type { FamilyInShort } from './law-shapes.js';
import { useFamilies } from './use-family.js';

export function FamiliesView() {
  const { data: families, error } = useFamilies();
  useEffect(() => {
    document.title = 'Families · offcurve';
  }, []);
  if (families === null) return error ? <Fault error={error} /> : <p class="quiet">reading…</p>;
  if (families.length === 0) return <NoFamily />;
  return (
    <>
      <div class="head">
        <h1>Families</h1>
        <span class="quiet">Runs that differ in scale alone, and the laws that they follow</span>
      </div>
      <Fault error={error} />
      <section class="panel scroll" aria-label="Families" tabIndex={0}>
        <table class="plain inset">
          <thead>
            <tr>
              <th scope="col">Family</th>
              <th scope="col">Runs</th>
              <th scope="col">Laws</th>
              <th scope="col">Fitted</th>
            </tr>
          </thead>
          <tbody>
            {families.map((family) => (
              <Row key={family.id} family={family} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ family: { id, runs, finished, laws } }: { family: FamilyInShort }) {
  const newest = laws
    .map(({ created_at }) => created_at)
    .sort()
    .at(-1);
  return (
    <tr>
      <td>
        <a href={familyPath(id)}>{id}</a>
      </td>
      <td>
        {runs.toLocaleString()} <span class="quiet">· {finished.toLocaleString()} finished</span>
      </td>
      <td>
        {laws.length === 0 && <span class="quiet">none yet</span>}
        {laws.map(({ metric, form, parameters, version, runs: rows }) => (
          <div key={metric}>
            <a href={`${familyPath(id)}?metric=${encodeURIComponent(metric)}`}>{metric}</a>{' '}
            {form !== null && <span>{formulaOf(form)}, </span>}
            <span class="quiet">
              {Object.entries(parameters)
                .map(([name, value]) => `${parameterText(name)} ${metricText(value, 3)}`)
                .join(' · ')}{' '}
              · {rows} runs, version {version}
            </span>
          </div>
        ))}
      </td>
      <td class="nowrap">{newest === undefined ? '–' : timeText(newest)}</td>
    </tr>
  );
}

function NoFamily() {
  return (
    <section class="panel empty">
      <h1>No run names its family yet</h1>
      <p>
        Runs that differ in scale alone (the same data, tokenizer and kind of model) are a family, and share a scaling
        law. Say it of each run, with its size and its plan:
      </p>
      <pre class="code" tabIndex={0}>
        {`curl -H 'content-type: application/json' ${location.origin}/v1/runs \\\n  -d '{"run": "my-first-run", "family": "my-family", "params": 124000000, "planned_tokens": 2500000000}'`}
      </pre>
      <p class="quiet">From four finished runs of several sizes on, the family has a law.</p>
    </section>
  );
}
