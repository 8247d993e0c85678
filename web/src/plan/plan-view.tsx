// Plans a run before it starts: a budget on a slider, the best size and data for it, its neighbourhood, what more would take.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ask } from '../api/client.js';
import type { Page } from '../api/shapes.js';
import type { FamilyInShort, FamilyPicture } from '../family/law-shapes.js';
import { flopText, plans } from '../family/law-words.js';
import { useFamilies, useFamily } from '../family/use-family.js';
import { metricText, sizeText } from '../format/numbers.js';
import { Graph } from '../graph/graph.js';
import { familyPath, setQuery, useAddress } from '../routing.js';
import { Fault } from '../ui/fault.js';
import { useLatest } from '../ui/use-latest.js';
import { useLoaded } from '../ui/use-loaded.js';
import '../family/family.css';
import { PlanFacts } from './plan-facts.js';
import { PlanForm } from './plan-form.js';
import { aroundGraph, aroundText, budgetGraph } from './plan-graphs.js';
import { AxisBinds, BetterCosts } from './plan-prices.js';
import type { Gpu, Plan } from './plan-shapes.js';
import { budgetRange, planBody, planStateOf } from './plan-state.js';
import './plan.css';

export function PlanView() {
  const { query } = useAddress();
  const families = useFamilies();
  const gpus = useLoaded('gpus', async (signal) => (await ask<Page<Gpu>>('/v1/plans/gpus', { signal })).items);
  useEffect(() => {
    document.title = 'Plan · offcurve';
  }, []);
  if (families.data === null || gpus.data === null)
    return families.error || gpus.error ? (
      <Fault error={families.error ?? gpus.error} />
    ) : (
      <p class="quiet">reading…</p>
    );
  const lawful = families.data.flatMap((one) => {
    const laws = one.laws.filter(({ form }) => plans(form));
    return laws.length > 0 ? [{ ...one, laws }] : [];
  });
  const family = lawful.find(({ id }) => id === query.get('family')) ?? lawful[0];
  if (family === undefined) return <NoLaw families={families.data} />;
  const metric = family.laws.find((law) => law.metric === query.get('metric'))?.metric ?? family.laws[0]!.metric;
  return <PlanOf key={`${family.id}\n${metric}`} {...{ family, metric, families: lawful, gpus: gpus.data }} />;
}

interface Props {
  family: FamilyInShort;
  metric: string;
  families: readonly FamilyInShort[];
  gpus: readonly Gpu[];
}

function PlanOf({ family, metric, families, gpus }: Props) {
  const { picture } = useFamily(family.id, metric, null);
  return (
    <div class="stack">
      <div class="head">
        <h1>Plan a run</h1>
        <span class="quiet">
          by the law of <a href={`${familyPath(family.id)}?metric=${encodeURIComponent(metric)}`}>{family.id}</a>; the
          address holds the plan
        </span>
      </div>
      <Fault error={picture.error} />
      {picture.data ? (
        <Planner {...{ family, metric, families, gpus }} picture={picture.data} />
      ) : (
        <p class="quiet">reading…</p>
      )}
    </div>
  );
}

/** The address follows the slider once it has rested for so long. */
const REST_MS = 300;

function Planner({ family, metric, families, gpus, picture }: Props & { picture: FamilyPicture }) {
  const { query } = useAddress();
  const state = useMemo(() => planStateOf(query), [query.toString()]);
  const range = budgetRange(
    state,
    picture,
    gpus.find(({ name }) => name === state.gpu),
  );
  const [draft, setDraft] = useState<number | null>(null);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setDraft(null), [state]);
  useEffect(() => () => clearTimeout(rest.current), []);
  const budget = draft ?? state.budget ?? range?.start ?? null;
  const move = (value: number): void => {
    setDraft(value);
    clearTimeout(rest.current);
    rest.current = setTimeout(() => setQuery({ budget: String(value) }, { replace: true }), REST_MS);
  };
  const body = budget === null ? null : planBody(state, { family: family.id, metric }, budget);
  const {
    data: plan,
    error,
    behind,
  } = useLatest(body === null ? null : JSON.stringify([body, picture.version]), () =>
    ask<Plan>('/v1/plans', { method: 'POST', body }),
  );
  const graphs = useMemo(
    () => ({ budget: budgetGraph(picture, plan), around: plan && aroundGraph(plan) }),
    [picture, plan],
  );
  return (
    <div class="planner">
      <PlanForm {...{ families, family, metric, state, gpus, range }} budget={budget ?? 0} onDraft={move} />
      <div class="stack">
        {range === null && <p class="notice">Name a GPU and what an hour of it costs.</p>}
        <Fault error={error} />
        {plan && <PlanFacts plan={plan} behind={behind} />}
        <div class="graphs">
          <Graph
            title={`${metric} by compute`}
            summary={
              plan
                ? `The law with the plan at ${flopText(plan.optimum.compute)} FLOP: ${metricText(plan.optimum.loss)}.`
                : 'The law.'
            }
            spec={graphs.budget}
            height={300}
            rest={state.by === 'compute' ? 'click for a budget' : 'diamond: the plan'}
            wordsAt={(x) => `${flopText(x)} FLOP`}
            {...(state.by === 'compute' && {
              onPlace: (x: number) => setQuery({ budget: String(Number(x.toPrecision(4))) }),
            })}
          />
          {plan && graphs.around && (
            <Graph
              title="Around the best size"
              summary={`At this compute ${sizeText(plan.optimum.params)} is best; half and twice the size are ${(100 * (plan.neighbours.half.loss / plan.optimum.loss - 1)).toFixed(1)} and ${(100 * (plan.neighbours.double.loss / plan.optimum.loss - 1)).toFixed(1)} % above.`}
              spec={graphs.around}
              height={300}
              rest="diamonds: half, best, twice the size"
              wordsAt={(x) => aroundText(plan, x)}
            />
          )}
          {plan && <BetterCosts plan={plan} share={state.better} />}
          {plan && <AxisBinds plan={plan} />}
        </div>
      </div>
    </div>
  );
}

function NoLaw({ families }: { families: readonly FamilyInShort[] }) {
  return (
    <section class="panel empty">
      <h1>No family has a law to plan by yet</h1>
      <p>
        {families.length === 0
          ? 'Name the family, the size and the plan of each run; from four finished runs of several sizes on there is a law.'
          : 'See what each lacks:'}
      </p>
      <ul class="trust">
        {families.map(({ id, finished }) => (
          <li key={id}>
            <a href={familyPath(id)}>{id}</a> <span class="quiet">{finished} finished</span>
          </li>
        ))}
      </ul>
      <p>
        <a href="/families">How to name a family</a>
      </p>
    </section>
  );
}
