// How many values lay in their band, by family and share of training.
import { countText, percentText } from '../format/numbers.js';
import type { Audit, StagedCoverage } from './audit-shapes.js';

export function StageTable({ coverage }: { coverage: Audit['coverage'] }) {
  const hasUnknown = coverage.stage_unknown.points > 0;
  return (
    <section class="panel">
      <header>
        <h2>Coverage by family and share of training</h2>
        {hasUnknown && <span class="quiet">unknown: of runs that do not say how long they are</span>}
      </header>
      <div class="body scroll" tabIndex={0} role="region" aria-label="Coverage by share of training">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Family</th>
              <th scope="col">Values</th>
              <th scope="col">In their band</th>
              {coverage.stages.map(({ until_share }) => (
                <th key={until_share} scope="col">
                  to {percentText(until_share)}
                </th>
              ))}
              {hasUnknown && <th scope="col">unknown</th>}
            </tr>
          </thead>
          <tbody>
            <Row name="all" counts={coverage} hasUnknown={hasUnknown} />
            {coverage.families.map((one) => (
              <Row key={one.family} name={one.family ?? 'no family'} counts={one} hasUnknown={hasUnknown} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ name, counts, hasUnknown }: { name: string; counts: StagedCoverage; hasUnknown: boolean }) {
  return (
    <tr>
      <td>{name}</td>
      <td>{countText(counts.points)}</td>
      <td>{percentText(counts.share)}</td>
      {counts.stages.map((one) => (
        <td key={one.until_share} title={`of ${countText(one.points)} values`}>
          {percentText(one.share)}
        </td>
      ))}
      {hasUnknown && <td>{percentText(counts.stage_unknown.share)}</td>}
    </tr>
  );
}
