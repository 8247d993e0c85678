// E-mail against a real SMTP server: the picture inside, one thread, refusals told apart from delays.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { EmailChannel, type EmailOptions } from '../../src/outbound/chat/email/email-channel.js';
import { linkedActions } from './acting-links.js';
import { PICTURE, message, shift, tools } from './sample.js';

const mails: ParsedMail[] = [];
let busy = false;
const refusal = (text: string, responseCode: number) => Object.assign(new Error(text), { responseCode });
const dir = mkdtempSync(join(tmpdir(), 'offcurve-mail-'));
const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(dir, name));
const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
execFileSync('openssl', [...words, '-keyout', key!, '-out', cert!, ...subject], { stdio: 'ignore' });
const server = new SMTPServer({
  key: readFileSync(key!),
  cert: readFileSync(cert!),
  authMethods: ['PLAIN'],
  size: 2_000_000,
  onAuth: ({ username, password }, _session, done) =>
    username === 'u' && password === 'p' ? done(null, { user: 'u' }) : done(refusal('bad credentials', 535)),
  onRcptTo: ({ address }, _session, done) =>
    address.startsWith('nobody@') ? done(refusal('no such user', 550)) : done(),
  onData: (stream, _session, done) => {
    if (busy) {
      stream.resume();
      stream.on('end', () => done(refusal('try later', 451)));
    } else
      void simpleParser(stream).then((mail) => {
        mails.push(mail);
        done();
      });
  },
});
// Every connection that fails on purpose is reported here, too.
server.on('error', () => undefined);
let options: EmailOptions;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  options = {
    ...{
      host: 'localhost',
      port: (server.server.address() as AddressInfo).port,
      tls: false,
      plain: false,
      ca: readFileSync(cert!, 'utf8'),
    },
    ...{ user: 'u', password: 'p', from: 'offcurve <alerts@test.local>', to: ['ada@test.local', 'bob@test.local'] },
    allowPrivate: true,
  };
});
afterAll(async () => {
  rmSync(dir, { recursive: true });
  await new Promise<void>((resolve) => server.close(resolve));
});
const channel = (parts: Partial<EmailOptions> = {}) => new EmailChannel('mail', { ...options, ...parts }, tools());

describe('a deviation by e-mail', () => {
  it('is one thread: picture, signed links, the same Message-ID for a repeat', async () => {
    const first = message('mail', 'opened', shift());
    const sent = await channel().send(first);
    expect(sent).toMatchObject({ status: 'sent', receipt: { ids: [expect.stringMatching(/^<.+@test\.local>$/)] } });
    await channel().send(first);
    const acked = shift({ version: 2, status: 'acknowledged', acknowledgedBy: 'ada' });
    const receipt = (sent as { receipt: { ids: string[] } }).receipt;
    await channel().send(message('mail', 'updated', acked, { cause: 'acknowledged', actor: 'ada', first: receipt }));
    const [opened, repeat, update] = mails;
    expect(opened!.messageId).toBe(receipt.ids[0]);
    expect(repeat!.messageId).toBe(opened!.messageId);
    expect(update).toMatchObject({ inReplyTo: opened!.messageId, references: opened!.messageId });
    expect(opened!.subject).toMatch(/^llama-1b-03 lost 12 % \(7–18 %\) of its compute: shift .*, 25 min ago$/);
    expect(update!.text).toContain('acknowledged by ada');
    const [picture] = opened!.attachments;
    expect(picture).toMatchObject({ contentDisposition: 'inline', related: true });
    expect(picture!.content.equals(PICTURE)).toBe(true);
    const all = ['acknowledge', 'snooze-1h', 'snooze-8h', 'resolve', 'false-alarm'];
    for (const part of [opened!.html as string, opened!.text!, update!.text!])
      expect(linkedActions(part, shift().id)).toEqual(all);
    await channel().send(message('mail', 'resolved', shift({ version: 3, status: 'resolved' }), { first: receipt }));
    expect(`${mails.at(-1)!.html}${mails.at(-1)!.text}`).not.toContain('/chat/handle/');
    expect(opened!.text).toContain('Price: 12 % (7–18 %) of the compute so far: 2.6 B tokens, 310 GPU-hours, $775');
  });

  it('lets no name of a run write a header or markup', async () => {
    const run = 'x\r\nBcc: eve@evil.example <img src=x onerror=alert(1)>';
    await channel().send(message('mail', 'opened', shift({ id: 'dev_evil', run, runs: [run] })));
    const mail = mails.at(-1)!;
    expect(mail.headers.has('bcc')).toBe(false);
    expect(mail.html).not.toContain('<img src=x');
  });

  it('is tried again where the server is busy or gone, and given up where it is refused', async () => {
    const opened = message('mail', 'opened', shift());
    busy = true;
    expect(await channel().send(opened)).toMatchObject({ status: 'retry' });
    busy = false;
    expect(await channel({ port: 9 }).send(opened)).toMatchObject({ status: 'retry' });
    expect(await channel({ password: 'wrong' }).send(opened)).toMatchObject({ status: 'failed' });
    expect(await channel({ to: ['nobody@test.local'] }).send(opened)).toMatchObject({ status: 'failed' });
    expect(await channel({ allowPrivate: false }).send(opened)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('allow_private'),
    });
    expect(await channel({ ca: null }).send(opened)).toMatchObject({
      status: 'retry',
      error: expect.stringContaining('self-signed'),
    });
    expect(await channel({ password: 'wrong' }).check()).toContain('535');
    expect(await channel().check()).toBeNull();
  });
});
