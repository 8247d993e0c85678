// A channel rests as its service asks, or when nothing gets through.
import { ChannelRest } from './channel-rest.js';

const NOW = 1_000_000;

it('rests not at all after one failure, which may be of that message alone', () => {
  const rest = new ChannelRest();
  rest.delayed(NOW, null, 0.5);
  expect(rest.waitMs(NOW)).toBe(0);
});

it('rests twice as long after each further failure in a row, and half a minute at most', () => {
  const rest = new ChannelRest();
  const waits = Array.from({ length: 9 }, () => {
    rest.delayed(NOW, null, 0);
    return rest.waitMs(NOW);
  });
  expect(waits).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

it('begins anew once the service has answered', () => {
  const rest = new ChannelRest();
  for (let n = 0; n < 5; n++) rest.delayed(NOW, null, 0);
  rest.answered();
  rest.delayed(NOW + 60_000, null, 0);
  expect(rest.waitMs(NOW + 60_000)).toBe(0);
});

it('rests as long as the service asks, after its first word already, to the millisecond', () => {
  const rest = new ChannelRest();
  rest.delayed(NOW, 90_000, 0);
  expect(rest.waitMs(NOW + 89_999)).toBe(1);
  expect(rest.waitMs(NOW + 90_000)).toBe(0);
});

it('rests as long as it was to where the clock was set back meanwhile', () => {
  const rest = new ChannelRest();
  rest.delayed(NOW, 5_000, 0);
  expect(rest.waitMs(NOW - 900_000)).toBe(5_000);
  expect(rest.waitMs(NOW - 895_000)).toBe(0);
});
