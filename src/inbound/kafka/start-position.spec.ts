// Where reading begins, for every place the stored offset can have.
import { startPosition } from './start-position.js';

const range = { earliest: 100n, end: 200n };

test.each([
  ['nothing was read yet', null, 100n, null],
  ['in the middle', 150n, 150n, null],
  ['at the earliest', 100n, 100n, null],
  ['everything was read', 200n, 200n, null],
  ['retention deleted unread messages', 99n, 100n, { kind: 'retention', from: 99n, to: 100n }],
  ['the topic was made anew', 201n, 100n, { kind: 'recreated', from: 201n, to: 100n }],
])('%s', (_, stored, offset, gap) => {
  expect(startPosition(stored, range)).toEqual({ offset, gap });
});
