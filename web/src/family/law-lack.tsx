// A family without a law yet: what is missing for one, and which runs cannot count.
import { runPath } from '../routing.js';
import { Fault } from '../ui/fault.js';
import { useLack } from './use-family.js';

export function LawLack({ family }: { family: string }) {
  const { data, error } = useLack(family);
  if (data === null) return <Fault error={error} />;
  return (
    <section class="panel empty">
      <h2>The family has no law yet</h2>
      <p>{data.missing.length > 0 ? 'It lacks:' : 'Its runs are there; the fit is under way.'}</p>
      <ul class="trust">
        {data.missing.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {data.left_out.length > 0 && (
        <>
          <p>These of its runs do not count:</p>
          <ul class="trust">
            {data.left_out.slice(0, 20).map(({ run, reason }) => (
              <li key={run}>
                <a href={runPath(run)}>{run}</a>: {reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
