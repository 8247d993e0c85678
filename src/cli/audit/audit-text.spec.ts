// The audit in words: where nobody knows how long the runs are, no stage is made up for them.
import { addCoverage } from '../../alerting/audit/coverage.js';
import { StageCoverage } from '../../alerting/audit/stage-coverage.js';
import { coverageText, rateText } from './audit-text.js';

it('names values of no known stage apart, and not where there are none', () => {
  const coverage = new StageCoverage();
  addCoverage(coverage.at(1), { points: 10, below: 1, above: 0 });
  const stages = 'to 20 %: none, to 40 %: 90.0 %, to 60 %: none, to 80 %: none, to 100 %: none';
  expect(coverageText('f', coverage)).toBe(`f: 90.0 % of 10 values in their 90 % band; by share of training ${stages}`);
  addCoverage(coverage.at(null), { points: 10, below: 2, above: 3 });
  expect(coverageText('f', coverage)).toBe(
    `f: 70.0 % of 20 values in their 90 % band; by share of training ${stages}, ` +
      'unknown, of runs with no planned length: 50.0 % of 10',
  );
});

it('says of runs of which no value was judged that nothing can be said', () =>
  expect(coverageText('f', new StageCoverage())).toBe(
    'f: no value was judged, so that nothing can be said of the band',
  ));

it('has no more digits than a rate over a few minutes deserves', () =>
  expect(
    rateText(
      { alarms: 1, runDays: 0.0123, perRunDay: 81.3008, lower: 4.17, upper: 25649.8904, verdict: 'undecided' },
      1 / 30,
      '1 run',
    ),
  ).toBe(
    '1 alarm in 0.0123 run-days of 1 run: 81.3 per run-day (90 %: 4.17 to 25650); the budget is 0.0333: ' +
      'these runs are too few to say whether it is kept',
  ));
