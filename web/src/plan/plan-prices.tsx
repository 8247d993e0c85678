// What more would take: so many per cent better along each axis, twice the compute, half the size; and which axis holds a run of one's own back.
import { flopText, timesText } from '../family/law-words.js';
import { metricText, percentText, sizeText } from '../format/numbers.js';
import { setQuery } from '../routing.js';
import type { Plan, Ranged } from './plan-shapes.js';

const shareText = ({ lower, upper }: Ranged): string =>
  lower === null || upper === null ? '' : `${percentText(lower)} to ${percentText(upper)}`;

/** The slider's ends, as shares of the loss. */
const LEAST = 0.001;
const MOST = 0.1;

export function BetterCosts({ plan, share }: { plan: Plan; share: number }) {
  const { better, next_doubling: doubling, smaller } = plan;
  const ways: [string, Ranged][] = [
    ['Compute, at the best split', better.compute],
    ['Parameters alone', better.params],
    ['Tokens alone', better.tokens],
  ];
  const most = Math.max(...ways.map(([, { value, upper }]) => upper ?? value).filter(Number.isFinite));
  return (
    <section class="panel" aria-label="What better costs">
      <header>
        <h2>What {percentText(better.share)} better costs</h2>
        <span class="quiet">
          {plan.metric} {metricText(better.loss)}
        </span>
      </header>
      <div class="body">
        <input
          type="range"
          aria-label={`How much better, as a share of ${plan.metric}`}
          aria-valuetext={percentText(share)}
          min={0}
          max={100}
          value={(100 * Math.log(share / LEAST)) / Math.log(MOST / LEAST)}
          onInput={(event) => {
            const value = LEAST * (MOST / LEAST) ** (Number(event.currentTarget.value) / 100);
            setQuery({ better: String(Number(value.toPrecision(2))) }, { replace: true });
          }}
        />
        <table class="plain ways">
          <tbody>
            {ways.map(([name, more]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="bar-cell">
                  <i
                    class="amount"
                    style={{ width: Number.isFinite(more.value) ? `${(100 * more.value) / most}%` : '0' }}
                  />
                </td>
                <td>
                  {Number.isFinite(more.value) && more.value !== null ? (
                    <>
                      <b>+{percentText(more.value)}</b> <span class="quiet">{shareText(more)}</span>
                    </>
                  ) : (
                    'cannot get there'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>
          Twice the compute takes {percentText(doubling.value)} off {plan.metric}{' '}
          {doubling.lower !== null && <span class="quiet">({shareText(doubling)})</span>}.
        </p>
        {smaller && (
          <p>
            Half the size, as good: {sizeText(smaller.params)} on {sizeText(smaller.tokens)} tokens, for{' '}
            {timesText(smaller.compute / plan.optimum.compute)} the compute. It pays back after serving{' '}
            {sizeText(smaller.pays_back_after_tokens)} tokens.
          </p>
        )}
      </div>
    </section>
  );
}

export function AxisBinds({ plan }: { plan: Plan }) {
  const { own, metric } = plan;
  if (own === null)
    return (
      <section class="panel" aria-label="Which axis binds">
        <header>
          <h2>Which axis binds</h2>
        </header>
        <p class="body quiet">
          At the best split neither does: another token and another parameter are worth the same. Give the size and the
          tokens of a run of your own to see which holds it back.
        </p>
      </section>
    );
  return (
    <section class="panel" aria-label="Which axis binds">
      <header>
        <h2>
          Your run: {own.binds === 'neither' ? 'neither axis binds' : `${own.binds} bind`}, {own.verdict}
        </h2>
      </header>
      <div class="body">
        <p>
          {metric} {metricText(own.loss)} ({metricText(own.lower)} to {metricText(own.upper)}) for{' '}
          {flopText(own.compute)} FLOP; {timesText(own.size_ratio)} the best size for its compute.
        </p>
        <p>
          Twice the parameters alone would take {percentText(own.gain_of_twice_params)} off {metric}, twice the tokens
          alone {percentText(own.gain_of_twice_tokens)}.
        </p>
        {own.way_out && (
          <p>
            {sizeText(own.way_out.params)} params on {sizeText(own.way_out.tokens)} tokens reach the same {metric} for{' '}
            {percentText(own.wasted)} less compute.
          </p>
        )}
      </div>
    </section>
  );
}
