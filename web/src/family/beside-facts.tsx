// Two families side by side: how many times less compute the other needs for this one's loss.
import { metricText } from '../format/numbers.js';
import { familyPath } from '../routing.js';
import { flopText, timesText, verdictText } from './law-words.js';
import type { FamilyPicture } from './law-shapes.js';
import type { Beside } from './use-family.js';

export function BesideFacts({ family, beside: { multiplier } }: { family: FamilyPicture; beside: Beside }) {
  const { scales, with: other, level, growth_per_tenfold: growth } = multiplier;
  return (
    <section class="panel" aria-label={`Beside ${other}`}>
      <header>
        <h2>
          Beside <a href={familyPath(other)}>{other}</a>
        </h2>
        <span>{verdictText(multiplier, family.family)}</span>
      </header>
      <div class="body scroll" tabIndex={0} role="region" aria-label="Compute multipliers, as a table">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">At a compute of</th>
              <th scope="col">
                {family.family}, {family.metric}
              </th>
              <th scope="col">Compute multiplier of {other}</th>
              <th scope="col">{Math.round(100 * level)} %</th>
              <th scope="col">Runs there</th>
            </tr>
          </thead>
          <tbody>
            {scales.map((scale) => (
              <tr key={scale.compute}>
                <td>{flopText(scale.compute)} FLOP</td>
                <td>{metricText(scale.loss)}</td>
                <td>
                  <b>{timesText(scale.multiplier)}</b>
                </td>
                <td class="nowrap">
                  {timesText(scale.lower)} to {timesText(scale.upper)}
                </td>
                <td>{scale.within_both ? 'both families' : 'not both: a projection'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p class="quiet">
          Above 1, {other} reaches the same {family.metric} for so many times less compute. A tenfold of compute makes
          it {timesText(growth)} of what it was.
        </p>
      </div>
    </section>
  );
}
