// How far the law may be trusted: the compute it reaches, what the data do not bear, which runs pull it.
import { percentText } from '../format/numbers.js';
import { runPath } from '../routing.js';
import { flopText, parameterText, timesText } from './law-words.js';
import type { FamilyPicture } from './law-shapes.js';

/** Beyond this many standard errors, residuals that lean are no accident. */
const LEANS = 2.5;

export function Trust({ family }: { family: FamilyPicture }) {
  const { diagnostics, range, picture } = family;
  const { trusted_to_compute: trusted, residuals, influential, notes, identified, bootstraps } = diagnostics;
  const unknown = Object.entries(identified).filter(([, known]) => !known);
  return (
    <section class="panel" aria-label="How far to trust it">
      <header>
        <h2>How far to trust it</h2>
      </header>
      <ul class="body trust">
        <li>
          <b>{flopText(trusted)} FLOP</b>, {timesText(trusted / range.compute.max)} its largest run: beyond, it has no
          evidence of its own.
        </li>
        <li>
          {unknown.length === 0
            ? 'The data bear every parameter.'
            : `The data do not bear ${unknown.map(([name]) => parameterText(name)).join(', ')}.`}
        </li>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
        <li>
          {Math.abs(residuals.trend_z) > LEANS
            ? `Residuals lean by ${percentText(Math.abs(residuals.trend))} a tenfold of compute: the law bends otherwise than the runs do.`
            : 'Residuals do not lean with compute.'}
        </li>
        {influential.slice(0, 3).map(({ row, shift }) => {
          const run = picture.runs[row - 1];
          return run === undefined ? null : (
            <li key={row}>
              Without <a href={runPath(run.run)}>{run.run}</a> it would say {percentText(Math.abs(Math.expm1(shift)))}{' '}
              of the loss {shift < 0 ? 'less' : 'more'} at ten times its largest compute.
            </li>
          );
        })}
        <li class="quiet">
          Intervals from {bootstraps} bootstraps, and from how far refits on its smaller runs missed its larger ones.
        </li>
      </ul>
    </section>
  );
}
