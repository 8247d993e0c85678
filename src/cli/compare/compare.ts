// Does what `offcurve compare` asks.
import { type Comparison, compareFamilies } from '../../planning/compare-families.js';
import { asUserError } from '../laws/as-user-error.js';
import { readFit } from '../laws/read-fit.js';
import { percent, short, textTable } from '../laws/text-table.js';

export interface CompareOptions {
  compute: number[];
  level: number;
  plot?: string;
  json?: boolean;
}

export async function compare(pathA: string, pathB: string, options: CompareOptions): Promise<void> {
  const [a, b] = [await readFit(pathA), await readFit(pathB)];
  const scales = options.compute.length > 0 ? options.compute : undefined;
  const found = asUserError(() => compareFamilies(a, b, options.level, scales));
  if (a.columns.loss !== b.columns.loss)
    process.stderr.write(
      `offcurve: warning: A is of ${a.columns.loss}, B of ${b.columns.loss}: a multiplier means something for one metric only\n`,
    );
  if (options.plot) {
    const { plotComparison } = await import('./compare-plot.js');
    await plotComparison(options.plot, a, b, found);
  }
  process.stdout.write(options.json ? `${JSON.stringify(found)}\n` : report(found));
}

function report({ level, scales, verdict, growth_per_tenfold }: Comparison): string {
  return (
    textTable(
      ["A's FLOP", 'loss', 'B needs … times less', `${percent(level, 0)} interval`, 'both have runs there'],
      scales.map((one) => [
        short(one.compute, 3),
        short(one.loss),
        short(one.multiplier, 3),
        `${short(one.lower, 3)} … ${short(one.upper, 3)}`,
        one.within_both ? 'yes' : 'no',
      ]),
    ) +
    `\n${verdict}` +
    (scales.length > 1
      ? `; the multiplier changes ${short(growth_per_tenfold, 3)}-fold with ten times the compute\n`
      : '\n')
  );
}
