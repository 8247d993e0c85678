// Routes that match nothing, since one before them takes it all.
import { FILE, ROOM, problemsOf } from '../../test/settings/config-problems.js';

describe('a route that matches nothing', () => {
  const routes = (...all: string[]) => `${ROOM}routes:\n${all.map((route) => `  - ${route}\n`).join('')}`;

  it.each([
    ['behind one that takes all', ['{ channels: [room] }', '{ kinds: [spike], channels: [room] }']],
    [
      'that asks for more of the same project',
      ['{ match: { project: p }, channels: [room] }', '{ match: { project: p, tag: t }, channels: [room] }'],
    ],
    [
      'of a kind that is taken already',
      ['{ kinds: [spike, shift], channels: [room] }', '{ kinds: [shift], min_price: 1%, channels: [room] }'],
    ],
    ['of a higher price', ['{ min_price: 1%, channels: [room] }', '{ min_price: 2%, channels: [room] }']],
  ])('%s is refused, and told which one takes all', (_name, all) =>
    expect(problemsOf(routes(...all))).toEqual([
      {
        where: `${FILE}, line 5, routes.1`,
        reason: `it matches nothing: all that it would match is taken by the route before it, ${FILE}, line 4, routes.0`,
        fix: 'put it before that one, or say continue: true there',
      },
    ]),
  );

  it.each([
    ['the one before goes on', ['{ channels: [room], continue: true }', '{ channels: [room] }']],
    [
      'the one before asks for another project',
      ['{ match: { project: p }, channels: [room] }', '{ match: { project: q }, channels: [room] }'],
    ],
    ['the one before asks for a kind', ['{ kinds: [spike], channels: [room] }', '{ channels: [room] }']],
    ['the one before asks for a price', ['{ min_price: 2%, channels: [room] }', '{ min_price: 1%, channels: [room] }']],
  ])('is none where %s', (_name, all) => expect(problemsOf(routes(...all))).toEqual([]));
});
