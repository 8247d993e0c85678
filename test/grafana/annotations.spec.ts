// A deviation's annotation follows it: region, text and tags, whatever is repeated, and goes where it was a false alarm.
import { AnnotationChannel } from '../../src/outbound/grafana/annotation-channel.js';
import { channelsOf } from '../../src/outbound/chat/channels.js';
import { NOW, PUBLIC_URL, message, shift, tools } from '../alerting/sample.js';
import { type FakeGrafana, fakeGrafana } from './fake-grafana.js';

let grafana: FakeGrafana;
let channel: AnnotationChannel;
beforeEach(async () => {
  grafana = await fakeGrafana();
  const settings = { url: grafana.url, token: grafana.token, allow_private: true };
  channel = channelsOf({ marks: { grafana: settings } }, tools())[0] as AnnotationChannel;
});
afterEach(() => grafana.close());

const open = shift({ family: 'llama' });
const over = { ...open, version: 3, status: 'resolved' as const, resolvedAt: NOW + 600_000 };
const held = () => [...grafana.annotations.values()];

it('is a region from the onset to now, with the tags to find it by', async () => {
  const result = await channel.send(message('marks', 'opened', open));
  expect(held()).toEqual([
    {
      id: 1000,
      time: open.startedAt,
      timeEnd: NOW,
      text: expect.stringContaining(`<a href="${PUBLIC_URL}/runs/llama-1b-03">`) as string,
      tags: [
        ...['offcurve', `deviation:${open.id}`, 'shift', 'open', 'loss'],
        ...['run:llama-1b-03', 'project:prod', 'family:llama'],
      ],
    },
  ]);
  expect(result).toEqual({ status: 'sent', receipt: { ids: ['1000'] } });
});

it('stays one through updates and repeats, and ends where the deviation ends', async () => {
  const first = message('marks', 'opened', open);
  await channel.send(first);
  // A crash before the answer was noted: the same once more, and then news of an annotation that nobody noted.
  await channel.send(first);
  await channel.send(message('marks', 'updated', { ...open, version: 2, kind: 'drift' }));
  await channel.send(message('marks', 'resolved', over, { first: { ids: ['1000'] }, at: NOW + 700_000 }));
  expect(held()).toHaveLength(1);
  expect(held()[0]).toMatchObject({ id: 1000, time: open.startedAt, timeEnd: over.resolvedAt });
  expect(held()[0]!.tags).toContain('resolved');
});

it('is removed where it was a false alarm, and is not made for one', async () => {
  await channel.send(message('marks', 'opened', open));
  const wrong = message('marks', 'resolved', { ...over, falseAlarm: true }, { first: { ids: ['1000'] } });
  expect(await channel.send(wrong)).toEqual({ status: 'sent' });
  expect(await channel.send({ ...wrong, first: null })).toEqual({ status: 'sent' });
  expect(held()).toEqual([]);
});

it('stays removed where a person removed it in Grafana', async () => {
  await channel.send(message('marks', 'opened', open));
  grafana.annotations.clear();
  const news = message('marks', 'resolved', over, { first: { ids: ['1000'] } });
  expect((await channel.send(news)).status).toBe('sent');
  expect(held()).toEqual([]);
});

it('carries no markup of a name into Grafana', async () => {
  await channel.send(message('marks', 'opened', { ...open, run: '<img src=x onerror=alert(1)>' }));
  expect(held()[0]!.text).not.toContain('<img');
});

it('is tried again in trouble, and given up where the token is wrong; check says so', async () => {
  expect(await channel.check()).toBeNull();
  grafana.failures.push(503);
  expect(await channel.send(message('marks', 'opened', open))).toMatchObject({ status: 'retry' });
  grafana.token = 'another';
  expect(await channel.send(message('marks', 'opened', open))).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('401') as string,
  });
  expect(await channel.check()).toContain('Invalid API key');
});

it('asks no private address unless the settings allow it', async () => {
  const [closed] = channelsOf({ marks: { grafana: { url: grafana.url, token: grafana.token } } }, tools());
  expect(await closed!.send(message('marks', 'opened', open))).toMatchObject({ status: 'failed' });
  expect(grafana.asked).toEqual([]);
});
