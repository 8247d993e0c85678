// Writes docs/alerts-examples.md and its pictures: one sample as it comes out of a real Matrix server and a real SMTP server,
// drawn by a browser, and as it is posted to each other service. Needs a build, and Chromium (CHROMIUM_PATH, else /usr/bin/chromium).
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { chromium } from 'playwright-core';
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
  return result.receipt?.ids ?? [];
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

/** A server that says yes to everything and keeps what it was told: how each other service is asked. */
async function recorder() {
  const told = [];
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    told.push({ method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(pieces) });
    const upload = `http://127.0.0.1:${server.address().port}/upload`;
    const answer = {
      ok: true,
      file_infos: [{ id: 'q4fjfo8ak7fqmkbmwbiyqsqz1c' }],
      ts: '1764000000.000001',
      channel: 'C0123456789',
      file_id: 'F1',
      upload_url: upload,
    };
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ ...answer, id: '9001', result: { message_id: 7 }, message: { _id: 'm1' } }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, told, stop };
}

const OTHERS = {
  slack: (url) => ({ token: 'xoxb-token', channel: '#training', api_url: url }),
  discord: (url) => ({ webhook_url: `${url}/api/webhooks/42/token` }),
  teams: (url) => ({ webhook_url: `${url}/workflows/abc/triggers/manual/paths/invoke?sig=signature` }),
  telegram: (url) => ({ token: '123456:token', chat: '-100123', api_url: url }),
  mattermost: (url) => ({ webhook_url: `${url}/hooks/id` }),
  'mattermost, a bot': (url) => ({ server: url, token: 'token', channel: '4xp9fdt77pncbef59f4k1qe83o' }),
  rocketchat: (url) => ({ webhook_url: `${url}/hooks/id/token` }),
  'rocketchat, a bot': (url) => ({ server: url, user_id: 'id', auth_token: 'token', room: 'GENERAL' }),
  pagerduty: (url) => ({ routing_key: '0123456789abcdef0123456789abcdef', api_url: url }),
  alertmanager: (url) => ({ url }),
  ntfy: (url) => ({ server: url, topic: 'my-training' }),
  webhook: (url) => ({ url: `${url}/offcurve`, secret: 'a secret of some length' }),
};

/** What one service is asked, request by request; pictures by their size, since their bytes are those of the picture above. */
async function asked(name) {
  const { url, told, stop } = await recorder();
  const [service] = name.split(',');
  await send(service, { [service]: { ...OTHERS[name](url), allow_private: true } });
  await stop();
  return told.map(({ method, path, headers, body }) => {
    const type = headers['content-type'] ?? '';
    const signed = Object.entries(headers).filter(
      ([name]) => name.startsWith('webhook-') || name === 'idempotency-key',
    );
    const head = [`${method} ${path}`, `content-type: ${type.replace(/boundary=.*/, 'boundary=…')}`];
    const lines = [...head, ...signed.map(([name, value]) => `${name}: ${value}`), '', bodyText(type, body)];
    return lines.join('\n').replaceAll(url, 'https://SERVICE');
  });
}

function bodyText(type, body) {
  if (type.startsWith('image/')) return `(the picture: ${body.length} bytes)`;
  if (type.includes('json')) return JSON.stringify(JSON.parse(body.toString('utf8')), null, 2);
  if (!type.startsWith('multipart/')) return body.toString('utf8');
  const boundary = `--${/boundary=(.*)/.exec(type)[1]}`;
  const parts = body.toString('latin1').split(boundary).slice(1, -1);
  return parts
    .map((part) => {
      const end = part.indexOf('\r\n\r\n');
      const [head, rest] = [part.slice(2, end), part.slice(end + 4, -2)];
      const text = Buffer.from(rest, 'latin1').toString('utf8');
      const shown = head.includes('image/png') ? `(the picture: ${rest.length} bytes)` : text;
      return `${head}\n${head.includes('json') ? JSON.stringify(JSON.parse(shown), null, 2) : shown}`.replaceAll(
        '\r',
        '',
      );
    })
    .join('\n\n');
}

/** As a browser draws what came out, at the width of a phone, on either ground. */
async function drawn(name, html) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const page = await browser.newPage({ viewport: { width: 480, height: 400 }, deviceScaleFactor: 2 });
  await page.setContent(html);
  const path = fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url));
  await page.screenshot({ path, fullPage: true });
  await browser.close();
}

const fenced = (kind, text) => `\`\`\`${kind}\n${text.trim()}\n\`\`\`\n`;
const matrix = await overMatrix();
const mail = await overSmtp();
const inline = `data:image/png;base64,${picture.toString('base64')}`;
await drawn(
  'alert-matrix',
  `<body style="font:15px sans-serif;margin:12px">${matrix.formatted_body}<img src="${inline}" width="456"></body>`,
);
await drawn('alert-email', mail.html.replace('cid:curve@offcurve', inline));
const payloads = [];
for (const service of Object.keys(OTHERS))
  payloads.push(`## ${service}\n\n${(await asked(service)).map((request) => fenced('http', request)).join('\n')}`);
await drawer.close();
const page = `# One alert, as it came out

Written by \`node scripts/alert-examples.mjs\` (after a build): the sample of \`offcurve notify --test\`, read back from a
real Matrix server (Synapse) and from a real SMTP server. The picture that went with all:

![The curve with its predicted band](alerts-picture.png)

## Matrix

Drawn by a browser from what the server gave back, the picture below it as the room has it:

![The message in Matrix](images/alert-matrix.png)

What programs without HTML show:

${fenced('text', matrix.body)}
What the others show:

${fenced('html', matrix.formatted_body)}
## E-mail

Subject: \`${mail.subject}\`

Drawn by a browser from what the mail server took:

![The message in e-mail](images/alert-email.png)

The plain part:

${fenced('text', mail.text)}
The HTML part, with the picture inside as \`cid:curve@offcurve\`:

${fenced('html', mail.html)}
# As it is posted to the other services

Each request in full, recorded by a server that answers as the service does; addresses and tokens are made up.

${payloads.join('\n')}`;
writeFileSync(fileURLToPath(new URL('../docs/alerts-examples.md', import.meta.url)), page);
