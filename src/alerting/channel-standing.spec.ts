// When readers are told that a channel's messages do not reach them.
import { type ChannelStanding, troubleOf } from './channel-standing.js';

const NOW = 1_000_000;
const standing = (parts: Partial<ChannelStanding>): ChannelStanding => ({
  ...{ channel: 'room', waiting: 0, lastSentAt: null, givenUp: null, tried: null },
  ...parts,
});
const tried = (createdAt: number) => ({ createdAt, error: '503' });

it('is told at once of what was refused for good, since the first of it', () => {
  const givenUp = { count: 2, passedOn: 0, passedTo: null, firstAt: NOW - 5, error: 'token_revoked' };
  expect(troubleOf(standing({ givenUp, tried: tried(0) }), NOW)).toEqual({
    ...{ kind: 'refuses', since: NOW - 5, error: 'token_revoked' },
  });
});

it('is told of what is only tried again after a minute in which nothing got through', () => {
  expect(troubleOf(standing({ tried: tried(NOW - 60_000) }), NOW)).toBeNull();
  expect(troubleOf(standing({ tried: tried(NOW - 60_001) }), NOW)).toEqual({
    ...{ kind: 'stuck', since: NOW - 60_001, error: '503' },
  });
});

it('is not told of one message that has to wait while others are sent', () => {
  expect(troubleOf(standing({ tried: tried(0), lastSentAt: NOW - 60_000 }), NOW)).toBeNull();
  expect(troubleOf(standing({ tried: tried(0), lastSentAt: NOW - 60_001 }), NOW)?.since).toBe(NOW - 60_001);
});

it('is not told of what waits without having been tried, as behind a limit', () => {
  expect(troubleOf(standing({ waiting: 500 }), NOW)).toBeNull();
});
