// Runs under way: where the law and their own curve see their end, and which axis holds each back.
import { metricText, percentText, sizeText } from '../format/numbers.js';
import { runPath } from '../routing.js';
import { flopText, timesText } from './law-words.js';
import type { FamilyPicture, RunOnLaw } from './law-shapes.js';

export function RunningOnLaw({ family: { running, metric } }: { family: FamilyPicture }) {
  if (running.length === 0) return null;
  return (
    <section class="panel" aria-label="Runs under way">
      <header>
        <h2>Runs under way</h2>
      </header>
      <div class="body scroll" tabIndex={0} role="region" aria-label="Runs under way, as a table">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Size and tokens</th>
              <th scope="col">Tokens so far</th>
              <th scope="col">{metric}, forecast of its own</th>
              <th scope="col">The law says</th>
              <th scope="col">Binds</th>
            </tr>
          </thead>
          <tbody>
            {running.map((run) => (
              <tr key={run.run}>
                <td>
                  <a href={runPath(run.run)}>{run.name}</a> <span class="quiet">{run.status}</span>
                </td>
                <td class="nowrap">
                  {sizeText(run.params)} · {sizeText(run.tokens)}
                </td>
                <td>{run.tokens_now === null ? '–' : percentText(run.tokens_now / run.tokens)}</td>
                <td class={`nowrap ${toneOf(run)}`}>
                  {run.forecast ? (
                    <>
                      {metricText(run.forecast.loss)}{' '}
                      <span class="quiet">
                        {metricText(run.forecast.lower)} to {metricText(run.forecast.upper)}
                      </span>
                    </>
                  ) : (
                    <span class="quiet">none yet</span>
                  )}
                </td>
                <td class="nowrap">
                  {metricText(run.said.loss)}{' '}
                  <span class="quiet">
                    {metricText(run.said.lower)} to {metricText(run.said.upper)}
                  </span>
                </td>
                <td>{bindsText(run)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Intervals that do not meet are told by colour too; the figures say it by themselves. */
const toneOf = ({ forecast, said }: RunOnLaw): string =>
  forecast === null ? '' : forecast.lower > said.upper ? 'worse' : forecast.upper < said.lower ? 'better' : '';

function bindsText({ binds, verdict, size_ratio, wasted, way_out }: RunOnLaw): string {
  if (binds === 'neither' || way_out === null) return 'neither: balanced';
  return `${binds}: ${verdict}, ${timesText(size_ratio)} the best size; ${percentText(wasted)} of its compute saved by ${sizeText(way_out.params)} on ${sizeText(way_out.tokens)} tokens (${flopText(way_out.compute)} FLOP)`;
}
