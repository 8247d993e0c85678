// Names that JavaScript's objects know of themselves.
import { decodeMetricRecord } from './metric-record.js';

const recordOf = (text: string) => decodeMetricRecord(JSON.parse(text));

it('refuses the one name that no object can hold, and says so', () => {
  expect(recordOf('{"run":"a","step":1,"metrics":{"loss":2,"__proto__":3}}')).toMatchObject({
    ok: false,
    rejection: { field: 'metrics', reason: 'the name __proto__ cannot be taken', fix: 'send another name' },
  });
});

it.each(['.', '..'])('refuses the name %s, which no address can hold', (run) => {
  expect(recordOf(`{"run":"${run}","step":1,"metrics":{"loss":2}}`)).toMatchObject({
    ok: false,
    rejection: { field: 'run', reason: `the name ${run} cannot be taken` },
  });
  expect(recordOf(`{"run":"${run}.","step":1,"metrics":{"loss":2}}`).ok).toBe(run === '..');
});

it('takes names of methods like any other, also for numbers that are not finite', () => {
  const text = '{"run":"constructor","step":1,"metrics":{"toString":null,"loss":2},"nonfinite":{"toString":"inf"}}';
  const decoded = recordOf(text);
  expect(decoded).toMatchObject({ ok: true, value: { run: 'constructor' } });
  if (decoded.ok)
    expect(Object.entries(decoded.value.metrics)).toEqual(expect.arrayContaining([['toString', Infinity]]));
});
