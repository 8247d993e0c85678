// One family: its law with the runs behind it, how far it may be trusted, its versions, the running runs on it, another family beside it.
import { useEffect, useMemo } from 'preact/hooks';
import { Graph } from '../graph/graph.js';
import { metricText } from '../format/numbers.js';
import { setQuery, useAddress } from '../routing.js';
import { Choice } from '../ui/choice.js';
import { Fault } from '../ui/fault.js';
import { useMedia } from '../ui/use-media.js';
import { BesideFacts } from './beside-facts.js';
import './family.css';
import { historyGraph, isoflopGraph, lossGraph, residualGraph } from './law-graphs.js';
import { LawFacts } from './law-facts.js';
import { LawLack } from './law-lack.js';
import type { FamilyInShort, FamilyPicture, LawHistory } from './law-shapes.js';
import { flopText, plans } from './law-words.js';
import { RunningOnLaw } from './running-on-law.js';
import { RunsBehind } from './runs-behind.js';
import { Trust } from './trust.js';
import { type Beside, useBeside, useFamilies, useFamily } from './use-family.js';

export function FamilyView({ id }: { id: string }) {
  const { query } = useAddress();
  const families = useFamilies();
  const own = families.data?.find((family) => family.id === id);
  const metric = own?.laws.find((law) => law.metric === query.get('metric'))?.metric ?? own?.laws[0]?.metric ?? null;
  const version = Number(query.get('version')) || null;
  const { picture, history } = useFamily(id, metric, version);
  const with_ = query.get('with');
  const other = families.data?.find((family) => family.id === with_ && family.id !== id)?.id ?? null;
  const beside = useBeside(id, other, metric);
  useEffect(() => {
    document.title = `${id} · offcurve`;
  }, [id]);
  if (families.data === null) return families.error ? <Fault error={families.error} /> : <p class="quiet">reading…</p>;
  if (own === undefined)
    return (
      <section class="panel empty">
        <h1>No family is called “{id}”</h1>
        <p>
          <a href="/families">See all families</a>
        </p>
      </section>
    );
  return (
    <div class="stack">
      <FamilyHead {...{ own, metric, version, other }} families={families.data} history={history.data} />
      <Fault error={picture.error ?? history.error ?? beside.error} />
      {metric === null ? (
        <LawLack family={id} />
      ) : (
        picture.data && (
          <FamilyBody picture={picture.data} history={history.data} beside={other === null ? null : beside.data} />
        )
      )}
    </div>
  );
}

interface HeadProps {
  own: FamilyInShort;
  families: readonly FamilyInShort[];
  metric: string | null;
  version: number | null;
  other: string | null;
  history: LawHistory | null;
}

function FamilyHead({ own, families, metric, version, other, history }: HeadProps) {
  const others = families.filter((family) => family.id !== own.id && family.laws.some((law) => law.metric === metric));
  return (
    <div>
      <p class="crumbs">
        <a href="/families">Families</a>
      </p>
      <div class="head">
        <h1>{own.id}</h1>
        <a href={`/?family=${encodeURIComponent(own.id)}`}>
          {own.runs} run{own.runs === 1 ? '' : 's'}
        </a>
        <span class="quiet">{own.finished} finished</span>
        {plans(own.laws.find((law) => law.metric === metric)?.form ?? null) && metric !== null && (
          <a href={`/plan?family=${encodeURIComponent(own.id)}&metric=${encodeURIComponent(metric)}`}>
            Plan a run by it
          </a>
        )}
      </div>
      <div class="family-tools">
        {own.laws.length > 1 && metric !== null && (
          <Choice
            label="Metric"
            value={metric}
            options={own.laws.map((law) => [law.metric, law.metric] as const)}
            onChoose={(chosen) => setQuery({ metric: chosen, version: null })}
          />
        )}
        {history !== null && history.versions.length > 1 && (
          <label>
            Version{' '}
            <select
              value={version ?? ''}
              onChange={(event) => setQuery({ version: event.currentTarget.value || null })}
            >
              <option value="">newest</option>
              {history.versions.map((one) => (
                <option key={one.version} value={one.version}>
                  {one.version} · {one.runs} runs
                </option>
              ))}
            </select>
          </label>
        )}
        {others.length > 0 && (
          <label>
            Beside{' '}
            <select value={other ?? ''} onChange={(event) => setQuery({ with: event.currentTarget.value || null })}>
              <option value="">no other family</option>
              {others.map((family) => (
                <option key={family.id}>{family.id}</option>
              ))}
            </select>
          </label>
        )}
      </div>
    </div>
  );
}

interface BodyProps {
  picture: FamilyPicture;
  history: LawHistory | null;
  beside: Beside | null;
}

function FamilyBody({ picture, history, beside }: BodyProps) {
  const narrow = useMedia('(max-width: 640px)');
  const { metric } = picture;
  const graphs = useMemo(
    () => ({
      loss: lossGraph(picture, beside?.picture ?? null),
      residuals: residualGraph(picture),
      isoflop: picture.picture.budgets.length > 0 ? isoflopGraph(picture) : null,
    }),
    [picture, beside],
  );
  const versions = useMemo(
    () => (history === null ? null : historyGraph(history, metric, picture.version)),
    [history, metric, picture.version],
  );
  const far = picture.picture.best.at(-1);
  return (
    <>
      <LawFacts family={picture} />
      {beside && <BesideFacts family={picture} beside={beside} />}
      <Graph
        title={`${metric} by compute`}
        summary={`${picture.picture.runs.length} runs on a law${far ? ` that ends at ${metricText(far.loss)} (${metricText(far.lower)} to ${metricText(far.upper)}) for ${flopText(far.compute)} FLOP` : ''}; ${picture.running.length} running.`}
        spec={graphs.loss}
        height={narrow ? 320 : 440}
        rest={
          beside
            ? 'bands: 90 % for a new run'
            : 'lines: one size each, by its parameters · rings: runs under way · band: 90 % for a new run'
        }
      />
      <RunningOnLaw family={picture} />
      <div class="graphs">
        <Graph
          title="Residuals"
          summary={`Measured over said for each run; their root mean square is ${(100 * picture.diagnostics.residuals.rms).toFixed(2)} %.`}
          spec={graphs.residuals}
          height={280}
          rest="band: 90 % for a new run"
        />
        {graphs.isoflop && (
          <Graph
            title="isoFLOP"
            summary={`Loss by size at ${picture.picture.budgets.length} budgets, each with its best size.`}
            spec={graphs.isoflop}
            height={280}
            rest="a line a budget · diamonds: the best size"
          />
        )}
        <Trust family={picture} />
        {versions && history && (
          <Graph
            title="Versions"
            summary={`What ${history.versions.length} versions say of the best run at ${flopText(history.compute)} FLOP.`}
            spec={versions}
            height={280}
            rest={`the best run at ${flopText(history.compute)} FLOP, by each version`}
            onPlace={(x) => setQuery({ version: String(Math.round(x)) })}
          />
        )}
      </div>
      <RunsBehind family={picture} />
    </>
  );
}
