// What check-config --online says of a channel: right, wrong, silent, or nothing to ask.
import type { Channel } from '../../alerting/channel.js';
import { checked } from './check-channels.js';

const channel = (check?: () => Promise<string | null>): Channel => ({
  ...{ name: 'room', send: () => Promise.reject(new Error('a check sends nothing')) },
  ...(check ? { check } : {}),
});

it('says ok, or what the service says against it', async () => {
  expect(
    await checked(
      channel(async () => null),
      1_000,
    ),
  ).toEqual({ channel: 'room', state: 'ok', detail: null });
  const wrong = await checked(
    channel(async () => 'Slack answered invalid_auth'),
    1_000,
  );
  expect(wrong).toEqual({ channel: 'room', state: 'wrong', detail: 'Slack answered invalid_auth' });
});

it('does not wait for a service that never answers', async () => {
  const silent = await checked(
    channel(() => new Promise(() => undefined)),
    20,
  );
  expect(silent).toEqual({ channel: 'room', state: 'wrong', detail: 'no answer within 0.02 s' });
});

it('names the command to try where nothing harmless can be asked', async () =>
  expect(await checked(channel(), 1_000)).toMatchObject({
    state: 'not checked',
    detail: expect.stringContaining('notify --test room'),
  }));
