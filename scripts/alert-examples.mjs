// Writes docs/alerts-examples.md: one sample as it comes out of a real Matrix server and a real SMTP server. Needs a build.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { startSynapse } from '../test/servers/synapse.mjs';

const built = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { channelsOf } = await built('outbound/chat/channels.js');
const { notification } = await built('alerting/notification.js');
const { sampleChart, sampleDeviation } = await built('alerting/sample-alert.js');
const { SignedLinks } = await built('alerting/signed-links.js');
const { WorkerChartDrawer } = await built('outbound/chart/worker-chart-drawer.js');

const AT = Date.parse('2026-11-24T12:00:00Z');
const publicUrl = 'https://offcurve.example.org';
const sample = sampleDeviation(AT);
const drawer = new WorkerChartDrawer();
const picture = await drawer.draw(sampleChart(sample), 'light');
writeFileSync(fileURLToPath(new URL('../docs/alerts-picture.png', import.meta.url)), picture);
const tools = {
  links: new SignedLinks(publicUrl, 'a secret for the example'),
  pictures: { picture: async () => picture },
  clock: () => AT,
};

async function send(name, settings) {
  const [channel] = channelsOf({ [name]: settings }, tools);
  const message = notification(name, 'opened', { type: 'opened', deviation: sample }, { publicUrl }, AT);
  const result = await channel.send({ ...message, tries: 0, first: null });
  if (result.status !== 'sent') throw new Error(`${name}: ${result.error}`);
  return result.receipt.ids;
}

async function overMatrix() {
  const synapse = await startSynapse();
  try {
    const { token } = await synapse.register('offcurve');
    const headers = { authorization: `Bearer ${token}` };
    const created = await fetch(`${synapse.url}/_matrix/client/v3/createRoom`, { method: 'POST', headers, body: '{}' });
    const { room_id: room } = await created.json();
    const [event] = await send('room', {
      matrix: { homeserver: synapse.url, access_token: token, room, allow_private: true },
    });
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/event/${encodeURIComponent(event)}`;
    return (await (await fetch(synapse.url + path, { headers })).json()).content;
  } finally {
    await synapse.stop();
  }
}

async function overSmtp() {
  let received;
  const mail = new Promise((resolve) => (received = resolve));
  const onData = (stream, _session, done) =>
    simpleParser(stream, { skipImageLinks: true })
      .then(received)
      .then(() => done());
  const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], onData });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address();
  const people = { from: 'offcurve <alerts@example.org>', to: ['oncall@example.org'] };
  await send('mail', { email: { host: '127.0.0.1', port, security: 'none', ...people, allow_private: true } });
  await new Promise((resolve) => server.close(resolve));
  return mail;
}

const fenced = (kind, text) => `\`\`\`${kind}\n${text.trim()}\n\`\`\`\n`;
const matrix = await overMatrix();
const mail = await overSmtp();
await drawer.close();
const page = `# One alert, as it came out

Written by \`node scripts/alert-examples.mjs\` (after a build): the sample of \`offcurve notify --test\`, read back from a
real Matrix server (Synapse) and from a real SMTP server. The picture that went with both:

![The curve with its predicted band](alerts-picture.png)

## Matrix

What programs without HTML show:

${fenced('text', matrix.body)}
What the others show:

${fenced('html', matrix.formatted_body)}
## E-mail

Subject: \`${mail.subject}\`

The plain part:

${fenced('text', mail.text)}
The HTML part, with the picture inside as \`cid:curve@offcurve\`:

${fenced('html', mail.html)}`;
writeFileSync(fileURLToPath(new URL('../docs/alerts-examples.md', import.meta.url)), page);
