// A fitted law as a person reads it.
import type { LawDocument } from '../../core/laws/law-document.js';
import { deviationAt } from '../../core/laws/law-interval.js';
import { lawNamed } from '../../core/laws/law-names.js';
import { bestPlace, knowsSplit } from '../../core/laws/optimum.js';
import type { Place } from '../../core/laws/run-table.js';
import { counted, percent, short, textTable } from '../laws/text-table.js';

export function fitReport(document: LawDocument): string {
  const { forms, range, diagnostics, calibration } = document;
  const auto = document.law === 'auto';
  return [
    auto
      ? `auto: ${forms.length} forms averaged in log loss, fitted to ${document.points} runs\n`
      : `${document.law}: ${lawNamed(document.law).formula}, fitted to ${document.points} runs\n`,
    metricLine(document),
    `N ${counted(range.params.min)}–${counted(range.params.max)}, D ${counted(range.tokens.min)}–${counted(range.tokens.max)}, ` +
      `C ${short(range.compute.min, 3)}–${short(range.compute.max, 3)} FLOP, loss ${short(range.loss.min)}–${short(range.loss.max)}\n\n`,
    auto ? `${formTable(document)}\n` : '',
    auto ? `Parameters of the first form, ${forms[0]!.law}: ${lawNamed(forms[0]!.law).formula}\n` : '',
    parameterTable(document),
    '\n',
    optimumLine(document),
    `Residuals: rms ${percent(diagnostics.residuals.rms, 2)}, trend ${percent(diagnostics.residuals.trend, 2)} by a tenfold of compute ` +
      `(${diagnostics.residuals.trend_z.toFixed(1)} of its standard errors)\n`,
    `A new run at the top is off by ${percent(deviationAt(document, topOf(document)), 2)} (one deviation); ` +
      (calibration.origins > 0
        ? `tried on ${calibration.origins} refits to the lower part of this table.\n`
        : 'the table is too small to try that on itself.\n'),
    `Beyond ${short(diagnostics.trusted_to_compute, 3)} FLOP this law has no evidence.\n`,
    ...diagnostics.notes.map((note) => `Note: ${note}\n`),
    diagnostics.influential.length > 0
      ? `Pull it most (change of the loss said at ten times the largest compute if left out): ${diagnostics.influential
          .slice(0, 3)
          .map(({ row, shift }) => `row ${row} ${percent(Math.expm1(shift), 2)}`)
          .join(', ')}\n`
      : '',
  ].join('');
}

/** The largest compute of its table, at the best split where the law knows one. */
const topOf = (document: LawDocument): Place => {
  const { compute, params, tokens } = document.range;
  if (knowsSplit(document)) return bestPlace(document, compute.max);
  return { params: params.max, tokens: tokens.max, compute: compute.max };
};

/** Laws of accuracy, BLEU and the like are of what is left to the best there can be. */
const metricLine = ({ metric, columns }: LawDocument): string => {
  if (!metric) return '';
  const left =
    metric.direction === 'higher' ? `${metric.floor} − ${columns.loss}` : `${columns.loss} − ${metric.floor}`;
  return `The law is of ${left}; predict and plan answer in ${columns.loss}.\n`;
};

const formTable = ({ forms }: LawDocument): string =>
  textTable(
    ['form', 'weight', 'rows weighted by', 'misses beyond its rows'],
    forms.map((form) => [
      form.law,
      form.weight.toFixed(3),
      `(C/Cmax)^${form.top_power}`,
      form.rolling_miss === null ? '–' : percent(form.rolling_miss, 2),
    ]),
  );

function parameterTable({ parameters, standard_errors, intervals, diagnostics }: LawDocument): string {
  return textTable(
    ['parameter', 'value', 'standard error', `${100 * intervals.level} % interval`, 'identified'],
    Object.entries(parameters).map(([name, value]) => {
      const interval = intervals[name];
      const error = standard_errors[name];
      return [
        name,
        short(value, 5),
        error == null ? '–' : short(error, 3),
        typeof interval === 'object' ? `${short(interval.lower)} … ${short(interval.upper)}` : '–',
        diagnostics.identified[name] ? 'yes' : 'no',
      ];
    }),
  );
}

function optimumLine({ optimum }: LawDocument): string {
  if (!optimum) return '';
  const interval = optimum.intervals?.a;
  return (
    `Best size grows as C^${optimum.a.toFixed(3)}, best data as C^${optimum.b.toFixed(3)}` +
    (interval ? ` (size: ${interval.lower.toFixed(3)} … ${interval.upper.toFixed(3)})\n` : '\n')
  );
}
