// What a plan is asked for: whose law, which budget, on what machine, and a run of one's own.
import { useEffect, useState } from 'preact/hooks';
import type { FamilyInShort } from '../family/law-shapes.js';
import { flopText } from '../family/law-words.js';
import { metricText, sizeText, usdText } from '../format/numbers.js';
import { parseNumber } from '../format/parse-number.js';
import { setQuery } from '../routing.js';
import { Choice } from '../ui/choice.js';
import type { Gpu } from './plan-shapes.js';
import type { BudgetKind, BudgetRange, PlanState } from './plan-state.js';

const KINDS: readonly (readonly [BudgetKind, string])[] = [
  ['compute', 'Compute'],
  ['gpu_hours', 'GPU-hours'],
  ['dollars', 'Dollars'],
  ['target_loss', 'Target loss'],
];

export const BUDGET_TEXT: Record<BudgetKind, (value: number) => string> = {
  compute: (value) => `${flopText(value)} FLOP`,
  gpu_hours: (value) => `${value < 1 ? metricText(value, 2) : sizeText(value)} GPU-h`,
  dollars: usdText,
  target_loss: (value) => `a loss of ${metricText(value)}`,
};

interface Props {
  families: readonly FamilyInShort[];
  family: FamilyInShort;
  metric: string;
  state: PlanState;
  gpus: readonly Gpu[];
  range: BudgetRange | null;
  budget: number;
  /** While the slider moves; the address follows when it rests. */
  onDraft: (budget: number) => void;
}

export function PlanForm({ families, family, metric, state, gpus, range, budget, onDraft }: Props) {
  const { by } = state;
  return (
    <form class="panel plan-form" aria-label="What is planned" onSubmit={(event) => event.preventDefault()}>
      <label>
        By the law of
        <select
          value={family.id}
          onChange={(event) => setQuery({ family: event.currentTarget.value, metric: null, budget: null })}
        >
          {families.map(({ id }) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      {family.laws.length > 1 && (
        <Choice
          label="Metric"
          value={metric}
          options={family.laws.map((law) => [law.metric, law.metric] as const)}
          onChoose={(chosen) => setQuery({ metric: chosen })}
        />
      )}
      <Choice
        label="Budget in"
        value={by}
        options={KINDS}
        onChoose={(kind) => setQuery({ by: kind === 'compute' ? null : kind, budget: null })}
      />
      {range && <BudgetSlider {...{ by, range, budget, onDraft }} />}
      <fieldset>
        <legend>Machine</legend>
        <label>
          GPU
          <select value={state.gpu ?? ''} onChange={(event) => setQuery({ gpu: event.currentTarget.value || null })}>
            {(by === 'compute' || by === 'target_loss') && <option value="">none</option>}
            {gpus.map(({ name, source }) => (
              <option key={name} title={source}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {state.gpu !== null && (
          <>
            <NumberField label="How many" name="gpus" value={state.gpus} />
            <NumberField
              label="Utilisation"
              name="mfu"
              value={state.mfu}
              text={(value) => `${Math.round(100 * value)}%`}
            />
            <NumberField label="$ an hour" name="usd" value={state.usd} />
          </>
        )}
      </fieldset>
      <fieldset>
        <legend>A run of your own</legend>
        <NumberField label="Parameters" name="params" value={state.params} text={sizeText} />
        <NumberField label="Tokens" name="tokens" value={state.tokens} text={sizeText} />
      </fieldset>
      <fieldset>
        <legend>Scarce data</legend>
        <NumberField label="Unique tokens" name="unique" value={state.unique} text={sizeText} />
      </fieldset>
    </form>
  );
}

const STOPS = 1000;

const exactText = (value: number): string =>
  value >= 1e6 ? value.toExponential(3).replace(/\.?0*e\+/, 'e') : String(Number(value.toPrecision(4)));

function BudgetSlider({
  by,
  range,
  budget,
  onDraft,
}: {
  by: BudgetKind;
  range: BudgetRange;
  budget: number;
  onDraft: (budget: number) => void;
}) {
  const { from, to, log } = range;
  const place = log ? Math.log(budget / from) / Math.log(to / from) : (budget - from) / (to - from);
  const valueAt = (stop: number): number => {
    const share = stop / STOPS;
    return Number((log ? from * (to / from) ** share : from + share * (to - from)).toPrecision(4));
  };
  return (
    <div class="budget">
      <label>
        <span>
          Budget: <b>{BUDGET_TEXT[by](budget)}</b>
        </span>
        <input
          type="range"
          min={0}
          max={STOPS}
          value={Math.round(STOPS * Math.max(0, Math.min(1, place)))}
          aria-valuetext={BUDGET_TEXT[by](budget)}
          onInput={(event) => onDraft(valueAt(Number(event.currentTarget.value)))}
        />
      </label>
      <NumberField label="exactly" name="budget" value={budget} text={exactText} />
    </div>
  );
}

interface FieldProps {
  label: string;
  /** In the address. */
  name: string;
  value: number | null;
  text?: (value: number) => string;
}

/** Takes 7B, 1e21, 40%; empty drops it. What is no number is left as it is and marked. */
function NumberField({ label, name, value, text = String }: FieldProps) {
  const shown = value === null ? '' : text(value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const wrong = typed.trim() !== '' && parseNumber(typed) === null;
  const commit = (): void => {
    if (typed === shown || wrong) return;
    setQuery({ [name]: typed.trim() === '' ? null : String(parseNumber(typed)) });
  };
  return (
    <label class="number">
      {label}
      <input
        type="text"
        inputMode="decimal"
        value={typed}
        aria-invalid={wrong}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
    </label>
  );
}
