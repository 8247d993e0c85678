// The law in figures: its formula, parameters with their intervals, how the best split grows.
import { metricText, percentText, sizeText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import { flopText, formulaOf, parameterText } from './law-words.js';
import type { FamilyPicture } from './law-shapes.js';

export function LawFacts({ family }: { family: FamilyPicture }) {
  const { forms, parameters, intervals, optimum, diagnostics, range, picture, version, created_at, changes } = family;
  const kinds = [...new Set(forms.map(({ law }) => law))];
  const formula = formulaOf(forms[0]?.law ?? family.law);
  return (
    <section class="panel" aria-label="The law">
      <header>
        <h2>{formula}</h2>
        <span class="quiet">
          version {version}, {timeText(created_at)}: {picture.runs.length} runs, {changes.summary}
        </span>
      </header>
      <dl class="facts body">
        {Object.entries(parameters).map(([name, value]) => {
          const interval = intervals[name];
          return (
            <div key={name} class="big">
              <dt>{parameterText(name)}</dt>
              <dd class={diagnostics.identified[name] === false ? 'notice' : ''}>
                {metricText(value, 3)}
                <small>
                  {typeof interval === 'object'
                    ? `${metricText(interval.lower, 3)} to ${metricText(interval.upper, 3)}`
                    : ' '}
                  {diagnostics.identified[name] === false ? ', not borne by the data' : ''}
                </small>
              </dd>
            </div>
          );
        })}
        {optimum && (
          <div class="big">
            <dt>Best size grows as</dt>
            <dd>
              C<sup>{metricText(optimum.a, 2)}</sup>
              <small>
                tokens as C<sup>{metricText(optimum.b, 2)}</sup>
              </small>
            </dd>
          </div>
        )}
        <div class="big">
          <dt>Off by, on its own runs</dt>
          <dd>
            {percentText(diagnostics.residuals.rms)}
            <small>root mean square</small>
          </dd>
        </div>
        <div class="big">
          <dt>Fitted to</dt>
          <dd>
            {flopText(range.compute.min)} to {flopText(range.compute.max)}
            <small>
              FLOP · {sizeText(range.params.min)} to {sizeText(range.params.max)} params
            </small>
          </dd>
        </div>
        {kinds.length > 1 && (
          <div class="big">
            <dt>Predicts by</dt>
            <dd>
              {forms.length} fits
              <small>averaged: {kinds.join(', ')}</small>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
