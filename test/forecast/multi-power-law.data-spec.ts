// The benchmark of Luo et al. 2025 (Multi-Power Law): fitted on three schedules, judged on others, some three times as long.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MeasuredRun, transferred } from '../../src/core/curves/transfer.js';

const data = process.env.OFFCURVE_TEST_DATA;
if (!data) throw new Error('set OFFCURVE_TEST_DATA to the folder of the test data');

const WARM_UP = 2_160;
const FITTED = ['cosine_24000', 'constant_24000', 'wsdcon_9'];
const JUDGED = ['constant_72000', 'cosine_72000', 'wsd_20000_24000', 'wsdld_20000_24000', 'wsdcon_3', 'wsdcon_18'];

function read(size: string, schedule: string): MeasuredRun[] {
  const file = join(data!, 'runs', `MultiPowerLaw__${size}_${schedule}.jsonl`);
  // Not all of the six are in every copy of the data.
  if (!existsSync(file)) return [];
  const records: { step: number; loss: number; lr: number }[] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const behind = records.filter(({ step }) => step >= WARM_UP);
  return [
    {
      steps: Float64Array.from(behind, ({ step }) => step),
      rates: Float64Array.from(behind, ({ lr }) => lr),
      values: Float64Array.from(behind, ({ loss }) => Math.log(loss)),
    },
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

// The bounds are what a relaxation law fitted by least squares reaches; the Multi-Power Law itself .00376, .00435 and .00484.
it.each([
  ['25M', 0.00347],
  ['100M', 0.00295],
  ['400M', 0.00394],
])('misses the losses of %s under other schedules by at most %d on average', (size, bound) => {
  const finished = FITTED.flatMap((schedule) => read(size, schedule));
  const judged = JUDGED.flatMap((schedule) => read(size, schedule));
  expect(judged.length).toBeGreaterThanOrEqual(4);
  const errors = judged.map((run) => {
    const said = transferred(finished, run);
    return mean([...said].map((value, i) => Math.abs(Math.exp(value) - Math.exp(run.values[i]!))));
  });
  expect(mean(errors)).toBeLessThanOrEqual(bound);
});
