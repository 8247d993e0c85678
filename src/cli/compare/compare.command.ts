// `offcurve compare`: the compute multiplier between two families.
import type { Command } from 'commander';
import type { CompareOptions } from './compare.js';
import { positive, share } from '../laws/option-values.js';

export function configure(command: Command): void {
  command
    .description(
      "How many times less compute family B needs for family A's loss, at which scale, and whether the difference is real.\n" +
        'Both fits must be of the same metric on the same data.',
    )
    .argument('<fitA>', 'document of `offcurve fit --json`')
    .argument('<fitB>', 'another')
    .option('--compute <flop>', "A's compute to compare at (may be repeated; else across what both have)", collect, [])
    .option('--level <share>', 'of the intervals', share, 0.9)
    .option('--plot <file>', 'draw both laws and the multiplier into a .png or .svg')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  offcurve compare baseline.json curve-bender.json
  offcurve compare baseline.json curve-bender.json --compute 1e21 --compute 1e22 --json`,
    )
    .action(async (a: string, b: string, options: CompareOptions) => {
      const { compare } = await import('./compare.js');
      await compare(a, b, options);
    });
}

const collect = (value: string, before: number[]): number[] => [...before, positive(value)];
