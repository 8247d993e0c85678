// The runs that the law was fitted to, each with what the law says of it.
import { metricText, percentText, sizeText } from '../format/numbers.js';
import { runPath } from '../routing.js';
import { flopText } from './law-words.js';
import type { FamilyPicture } from './law-shapes.js';

export function RunsBehind({ family: { picture, metric, changes } }: { family: FamilyPicture }) {
  const { runs } = picture;
  const fresh = new Set(changes.since === null ? [] : [...changes.added, ...changes.changed]);
  return (
    <details class="panel fold">
      <summary>
        The {runs.length} runs behind it
        {fresh.size > 0 ? `, ${fresh.size} of them new since version ${changes.since}` : ''}
      </summary>
      <div class="body scroll" tabIndex={0} role="region" aria-label="The runs behind the law, as a table">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Params</th>
              <th scope="col">Tokens</th>
              <th scope="col">Compute</th>
              <th scope="col">{metric}</th>
              <th scope="col">The law says</th>
              <th scope="col">Off by</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.run}>
                <td>
                  <a href={runPath(run.run)}>{run.run}</a> {fresh.has(run.run) && <span class="badge">new</span>}
                  {run.from === 'forecast' && <span class="badge">forecast</span>}
                </td>
                <td>{sizeText(run.params)}</td>
                <td>{sizeText(run.tokens)}</td>
                <td>{flopText(run.compute)}</td>
                <td>{metricText(run.loss)}</td>
                <td class="nowrap">
                  {metricText(run.said)}{' '}
                  <span class="quiet">
                    {metricText(run.lower)} to {metricText(run.upper)}
                  </span>
                </td>
                <td>{percentText(Math.expm1(run.residual))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
