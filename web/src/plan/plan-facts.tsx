// What a plan comes to: the best run with its intervals and cost, its shape, what it warns of.
import { flopText } from '../family/law-words.js';
import { countText, metricText, sizeText, usdText } from '../format/numbers.js';
import { spanText } from '../format/times.js';
import type { Plan, Ranged } from './plan-shapes.js';

const rangeText = ({ lower, upper }: Ranged, text: (value: number) => string): string =>
  lower === null || upper === null ? ' ' : `${text(lower)} to ${text(upper)}`;

const DAY_MS = 86_400_000;

export function PlanFacts({ plan, behind }: { plan: Plan; behind: boolean }) {
  const { optimum, shape, metric, warnings, repeats, level } = plan;
  const { cost } = optimum;
  return (
    <section class="panel" aria-label="The plan" aria-busy={behind}>
      <header>
        <h2>The best run for it</h2>
        <span class="quiet">
          by version {plan.version} of the law; intervals {Math.round(100 * level)} %
        </span>
      </header>
      <dl class="facts body">
        <div class="big">
          <dt>{metric}</dt>
          <dd>
            {metricText(optimum.loss)}
            <small>
              {metricText(optimum.lower)} to {metricText(optimum.upper)}
            </small>
          </dd>
        </div>
        <div class="big">
          <dt>Parameters</dt>
          <dd>
            {sizeText(optimum.params)}
            <small>{rangeText(optimum.params_interval, sizeText)}</small>
          </dd>
        </div>
        <div class="big">
          <dt>Tokens</dt>
          <dd>
            {sizeText(optimum.tokens)}
            <small>{rangeText(optimum.tokens_interval, sizeText)}</small>
          </dd>
        </div>
        <div class="big">
          <dt>Compute</dt>
          <dd>
            {flopText(optimum.compute)} FLOP
            <small>{metricText(optimum.tokens_per_param, 2)} tokens a parameter</small>
          </dd>
        </div>
        {cost && (
          <div class="big">
            <dt>Costs</dt>
            <dd>
              {cost.usd === null ? `${sizeText(cost.gpu_hours)} GPU-h` : usdText(cost.usd)}
              <small>
                {[
                  cost.usd === null ? null : `${sizeText(cost.gpu_hours)} GPU-h`,
                  spanText(cost.days * DAY_MS),
                  `${sizeText(cost.energy_kwh)} kWh`,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </dd>
          </div>
        )}
        <div class="big">
          <dt>Can be built as</dt>
          <dd>
            {countText(shape.layers)} × {countText(shape.width)}
            <small>
              layers × width, {countText(shape.heads)} head{shape.heads === 1 ? '' : 's'}, {sizeText(shape.params)}{' '}
              without embeddings
            </small>
          </dd>
        </div>
        {repeats && (
          <div class="big">
            <dt>With {sizeText(repeats.unique_tokens)} unique tokens</dt>
            <dd>
              {metricText(repeats.loss)}
              <small>
                {sizeText(repeats.params)} params, {metricText(repeats.epochs, 2)} epochs · {repeats.source}
              </small>
            </dd>
          </div>
        )}
      </dl>
      {warnings.map((warning) => (
        <p key={warning} class="body notice">
          {warning}
        </p>
      ))}
    </section>
  );
}
