// E-mail over SMTP: the picture inside the message, all messages of a deviation in one thread of the reader's program.
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { createTransport } from 'nodemailer';
import { type AlertText, plainAlert } from '../../../alerting/alert-text.js';
import type { SendResult } from '../../../alerting/channel.js';
import { type Alert, BusyError, ChatChannel, type ChatTools, RefusedError } from '../chat-channel.js';
import { isPrivateAddress } from '../../../settings/private-address.js';
import { PrivateAddressError } from '../post.js';
import { emailHtml } from './email-html.js';

export interface EmailOptions {
  host: string;
  port: number;
  /** TLS from the first byte (port 465); otherwise STARTTLS, required unless `plain`. */
  tls: boolean;
  plain: boolean;
  /** Null: the system's authorities. A PEM of the server's own otherwise. */
  ca: string | null;
  user: string | null;
  password: string | null;
  from: string;
  to: readonly string[];
  allowPrivate: boolean;
}

const PATIENCE_MS = 15_000;
/** A line of a header is 998 characters at most (RFC 5322, 2.1.1); readers show far fewer. */
const LONGEST_SUBJECT = 200;
const PICTURE_ID = 'curve@offcurve';

export class EmailChannel extends ChatChannel {
  constructor(
    name: string,
    private readonly options: EmailOptions,
    tools: ChatTools,
  ) {
    super(name, tools, options.allowPrivate);
  }

  /** A repeat carries the same Message-ID, which many stores drop as a duplicate. */
  protected async deliver(alert: Alert): Promise<SendResult> {
    const { message, text, deviation } = alert;
    const png = alert.text.open || message.first === null ? await this.picture(alert) : null;
    const thread = this.messageId(`${this.name}/${message.deviationId}`);
    const isFirst = message.first === null;
    const actions = deviation && text.open ? this.actions(deviation.id, alert.at) : [];
    const mail = {
      from: this.options.from,
      to: [...this.options.to],
      subject: subjectOf(text, isFirst),
      messageId: isFirst ? thread : this.messageId(message.id),
      ...(isFirst ? {} : { inReplyTo: thread, references: [thread] }),
      date: new Date(message.createdAt),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      text: [plainAlert(text), ...actions.map(({ label, url }) => `${label}: ${url}`)].join('\n'),
      html: emailHtml(text, { pictureId: png && PICTURE_ID, actions }),
      attachments: png
        ? [{ filename: 'curve.png', content: png, cid: PICTURE_ID, contentDisposition: 'inline' as const }]
        : [],
    };
    await this.submit(mail);
    return { status: 'sent', receipt: { ids: [thread] } };
  }

  /** Signs in and says goodbye. */
  async check(): Promise<string | null> {
    const transport = await this.transport().catch((error: Error) => error);
    if (transport instanceof Error) return transport.message;
    const problem = await this.problemOf(transport.verify());
    transport.close();
    return problem;
  }

  private async submit(mail: Parameters<ReturnType<typeof createTransport>['sendMail']>[0]): Promise<void> {
    const transport = await this.transport();
    try {
      await transport.sendMail(mail);
    } catch (error) {
      throw judged(error as SmtpError);
    } finally {
      transport.close();
    }
  }

  /** The address is looked at and then used as it is: a name may lead elsewhere a moment later. */
  private async transport() {
    const { host, port, tls, plain, ca, user, password, allowPrivate } = this.options;
    const { address } = await lookup(host);
    if (!allowPrivate && isPrivateAddress(address)) throw new PrivateAddressError(`${host} (${address})`);
    return createTransport({
      host: address,
      port,
      secure: tls,
      requireTLS: !tls && !plain,
      ignoreTLS: plain,
      tls: { servername: host, ...(ca === null ? {} : { ca }) },
      ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  private actions(deviation: string, at: number): { label: string; url: string }[] {
    const labelled = { acknowledge: 'Acknowledge', 'snooze-1h': 'Snooze 1 h', 'snooze-8h': 'Snooze 8 h' };
    const more = { resolve: 'Resolve', 'false-alarm': 'False alarm' };
    return Object.entries({ ...labelled, ...more }).flatMap(([action, label]) => {
      const url = this.tools.links.handle(deviation, action, at);
      return url === null ? [] : [{ label, url }];
    });
  }

  private messageId(of: string): string {
    const domain = this.options.from.replace(/^.*@/, '').replace(/[^\w.-].*$/, '') || 'offcurve';
    return `<${createHash('sha256').update(of).digest('hex').slice(0, 32)}@${domain}>`;
  }
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
}

/** By the reply's class (RFC 5321, 4.2.1): 4 is for now, 5 for good. A wrong password is for good, too. */
function judged(error: SmtpError): Error {
  if (error.code === 'EAUTH' && (error.responseCode ?? 500) >= 500) return new RefusedError(error.message);
  if (error.responseCode !== undefined && error.responseCode >= 500) return new RefusedError(error.message);
  if (error.code === 'EENVELOPE' && error.responseCode === undefined) return new RefusedError(error.message);
  return new BusyError(error.message, null);
}

/** The subject of a thread stays the same but for "Re:", or readers would split the thread. */
function subjectOf(text: AlertText, isFirst: boolean): string {
  const line = `${isFirst ? '' : 'Re: '}${text.title}`.replace(/\s+/g, ' ');
  return line.length > LONGEST_SUBJECT ? `${line.slice(0, LONGEST_SUBJECT - 1)}…` : line;
}
