// Names that users give stay text in every format: no markup, mention, link or command comes of them.
import { SENDERS, startSenders, stopSenders } from './all-senders.js';
import { AlertmanagerChannel } from '../../src/outbound/chat/alertmanager/alertmanager-channel.js';
import { emailHtml } from '../../src/outbound/chat/email/email-html.js';
import { cut } from '../../src/outbound/chat/chat-channel.js';
import { defusedText } from '../../src/outbound/chat/defuse.js';
import { alertEventOf } from '../../src/alerting/alert-event.js';
import { alertText } from '../../src/alerting/alert-text.js';
import { MatrixChannel } from '../../src/outbound/chat/matrix/matrix-channel.js';
import { WebhookChannel } from '../../src/outbound/chat/webhook/webhook-channel.js';
import { type FakeAnswer, type FakeRequest, FakeService } from './fakes/fake-service.js';
import { message, shift, tools } from './sample.js';

const NAME =
  '<b>x</b> <!channel> <@U1> @everyone [evil](https://evil.example) **_~`| {{DATE()}} #room /leave evil.example';
const evil = shift({ run: NAME, runs: [NAME], evidence: [NAME], advice: NAME, project: NAME });

/** Says yes to everything, and keeps what it was told. */
class Recorder extends FakeService {
  readonly told: string[] = [];
  protected tooMany(): FakeAnswer {
    return { status: 429 };
  }
  protected answer({ headers, body }: FakeRequest): FakeAnswer {
    if (!headers['content-type']?.startsWith('image/')) this.told.push(body.toString('utf8'));
    return { status: 200, body: { event_id: '$1', content_uri: 'mxc://test/1' } };
  }
}
const recorder = new Recorder();
beforeAll(() => Promise.all([startSenders(), recorder.start()]));
afterAll(() => Promise.all([stopSenders(), recorder.stop()]));

/** What no service may ever be handed, in whatever form: addresses and mentions that it would make something of. */
const LIVE = /https:\/\/evil|@everyone|@U1>|<!channel|evil\.example/;

describe.each(SENDERS)('$name', ({ fake, channel }) => {
  it('is handed nothing that it would make a link, a mention or a command of', async () => {
    const told: string[] = [];
    // Of pictures only what stands before them.
    fake.heard = ({ body }) => told.push(body.toString('utf8').split('PNG')[0]!);
    expect(await channel(true, true).send(message('x', 'opened', evil))).toMatchObject({ status: 'sent' });
    fake.heard = null;
    // Links that are ours name the run in their path, escaped as paths are.
    const seen = told
      .join('\n')
      .replaceAll(encodeURIComponent(NAME), '')
      .replaceAll(new URLSearchParams({ n: NAME }).toString(), '');
    expect(seen.match(LIVE)).toBeNull();
  });
});

it('Matrix gets HTML in which nothing of it is markup, and nobody is mentioned', async () => {
  const options = { homeserver: recorder.url, accessToken: 'x', room: '!a:test', allowPrivate: true };
  await new MatrixChannel('x', options, tools()).send(message('x', 'opened', evil));
  const {
    body,
    formatted_body: html,
    'm.mentions': mentions,
  } = JSON.parse(recorder.told[0]!) as Record<string, string>;
  expect(mentions).toEqual({});
  expect(html!.match(/<(?!\/?(b|i|br|ul|li|p|small|a)\b)[^>]*>/g)).toBeNull();
  expect(html!.match(/<b>/g)!.length).toBe(1 + 5);
  expect([...html!.matchAll(/href="([^"]*)"/g)].map(([, url]) => new URL(url!).host)).toEqual(['offcurve.example.org']);
  expect(`${body}${html}`.replaceAll(encodeURIComponent(NAME), '')).not.toMatch(LIVE);
});

it('e-mail gets HTML in which nothing of it is markup', () => {
  const text = defusedText(alertText(alertEventOf(message('x', 'opened', evil).body)));
  const html = emailHtml(text, { pictureId: null, actions: [] });
  expect(html).not.toContain('<b>x</b>');
  expect(html.replaceAll(encodeURIComponent(NAME), '')).not.toMatch(LIVE);
});

it('Alertmanager gets it as annotations; labels keep the name as it is, for routes', async () => {
  recorder.told.length = 0;
  const options = { url: recorder.url, labels: {}, allowPrivate: true };
  await new AlertmanagerChannel('x', options, tools()).send(message('x', 'opened', evil));
  const [{ labels, annotations }] = JSON.parse(recorder.told[0]!) as [
    { labels: { run: string }; annotations: { summary: string } },
  ];
  expect(labels.run).toBe(NAME);
  expect(annotations.summary).not.toMatch(LIVE);
});

it('a webhook gets it as it is: JSON has no markup', async () => {
  recorder.told.length = 0;
  await new WebhookChannel('x', { url: recorder.url, secret: null, allowPrivate: true }).send(
    message('x', 'opened', evil),
  );
  expect((JSON.parse(recorder.told[0]!) as { data: { run: string } }).data.run).toBe(NAME);
});

it('cuts between two characters, never through one', () => {
  expect(cut('ab😀cd', 4)).toBe('ab…');
  expect(cut('ab😀cd', 5)).toBe('ab😀…');
  expect(cut('ab😀cd', 6)).toBe('ab😀cd');
});
