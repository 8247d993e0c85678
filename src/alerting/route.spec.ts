// Which channels a deviation goes to: by project, family, run, tag, kind and least price, with the reason of each route.
import { deviation } from '../../test/postgres/change.js';
import { type Route, channelsFor } from './route.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const price = (value: number) => ({
  ...{ tokens: null, gpuHours: null, usd: null },
  computeShare: { value, lower: value / 2, upper: 2 * value },
});
const shift = deviation('llama-1b-03', { project: 'prod', family: 'llama', tags: ['night'], price: price(0.02) });
const of = (...routes: Route[]) => {
  const { channels, reason } = channelsFor(shift, routes, NOW);
  return [channels, reason];
};
const room = { channels: ['room'] };

it.each<[string, Partial<Route>, Partial<Route>, string]>([
  ['project', { match: { project: 'prod' } }, { match: { project: 'lab' } }, 'project is not lab'],
  ['family', { match: { family: 'llama' } }, { match: { family: 'qwen' } }, 'family is not qwen'],
  ['run', { match: { run: 'llama-1b-03' } }, { match: { run: 'other' } }, 'run is not other'],
  ['tag', { match: { tag: 'night' } }, { match: { tag: 'day' } }, 'no tag day'],
  ['kind', { kinds: ['shift'] }, { kinds: ['divergence'] }, 'kind is shift'],
  ['least price', { minPrice: 0.02 }, { minPrice: 0.021 }, 'price is below 2.1 %'],
])('routes by %s', (_name, hit, miss, reason) => {
  expect(of({ ...room, ...hit })).toEqual([['room'], 'route 1 matches']);
  expect(of({ ...room, ...miss })).toEqual([[], `route 1: ${reason}`]);
});

it('takes the first route that matches, and later ones where it says to continue', () => {
  const other = { channels: ['other', 'room'] };
  expect(of(room, other)).toEqual([['room'], 'route 1 matches']);
  expect(of({ ...room, continue: true }, other)).toEqual([['room', 'other'], 'route 1 matches; route 2 matches']);
  expect(of({ ...room, kinds: ['spike'] }, other)).toEqual([
    ['other', 'room'],
    'route 1: kind is shift; route 2 matches',
  ]);
});

it('lets a deviation with no price yet pass the least price', () => {
  const unpriced = { ...shift, price: { ...shift.price, computeShare: null } };
  expect(channelsFor(unpriced, [{ ...room, minPrice: 0.5 }], NOW).channels).toEqual(['room']);
});

it('says that no routes are set', () => expect(of()).toEqual([[], 'no routes are set']));
