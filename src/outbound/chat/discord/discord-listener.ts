// Discord's gateway, by a bot in the channel of the webhook: reactions and replies to our messages are carried out.
// https://docs.discord.com/developers/events/gateway
import { actionOfReaction, actionOfReply } from '../../../alerting/chat-command.js';
import { type GatewayCalls, type GatewayTalk, Gateway } from '../gateway.js';
import { RefusedForGoodError } from '../keep-looking.js';
import { type Listener, type ListenerParts, carryOut } from '../listener.js';
import { call } from '../post.js';
import { type DiscordCatchUpOptions, discordCatchUp } from './discord-catch-up.js';

/** https://docs.discord.com/developers/events/gateway-events#payload-structure */
interface Payload {
  op: number;
  d: unknown;
  s: number | null;
  t: string | null;
}
const [DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK] = [
  0, 1, 2, 6, 7, 9, 10, 11,
];
/** Guild messages, their reactions, and (privileged, to be allowed in the bot's settings) what messages say. */
const INTENTS = (1 << 9) | (1 << 10) | (1 << 15);
/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
const REFUSALS: Readonly<Record<number, string>> = {
  4004: 'the bot token is wrong',
  4013: 'the intents are not known',
  4014: 'the bot may not read messages: turn on "Message Content Intent" in its settings',
};

interface Author {
  id: string;
  username?: string;
  bot?: boolean;
}
interface Reaction {
  user_id: string;
  message_id: string;
  emoji: { name: string | null };
  member?: { nick?: string | null; user?: Author };
}
interface Message {
  content: string;
  author: Author;
  message_reference?: { message_id?: string };
}

/** Goes on where the last connection ended for as long as Discord keeps it; after that what stands in the channel is read. */
export class DiscordListener implements Listener {
  private readonly gateway: Gateway;
  private session: { id: string; url: string; seq: number } | null = null;

  constructor(
    private readonly parts: ListenerParts,
    private readonly options: DiscordCatchUpOptions,
    private readonly clock: () => number = Date.now,
  ) {
    const { allowPrivate } = options;
    this.gateway = new Gateway({ open: () => this.open(), allowPrivate, onError: parts.onError });
  }

  start(): void {
    this.gateway.start();
  }

  stop(): Promise<void> {
    return this.gateway.stop();
  }

  private async open(): Promise<{ url: string; talk: GatewayTalk }> {
    const url = this.session?.url ?? (await this.address());
    let beat: NodeJS.Timeout | undefined;
    let answered = true;
    const beats = ({ send, close }: GatewayCalls): void => {
      // A connection that answers no heartbeat is dead, whatever TCP says.
      if (!answered) return close();
      answered = false;
      send({ op: HEARTBEAT, d: this.session?.seq ?? null });
    };
    const talk: GatewayTalk = {
      said: async (message, calls) => {
        const { op, d, s, t } = message as Payload;
        if (this.session && s !== null) this.session.seq = s;
        if (op === HELLO) {
          beat = setInterval(() => beats(calls), (d as { heartbeat_interval: number }).heartbeat_interval);
          calls.send(this.greeting());
        } else if (op === HEARTBEAT) calls.send({ op: HEARTBEAT, d: this.session?.seq ?? null });
        else if (op === HEARTBEAT_ACK) answered = true;
        else if (op === RECONNECT) calls.close();
        else if (op === INVALID_SESSION) {
          if (d !== true) this.session = null;
          calls.close();
        } else if (op === DISPATCH) await this.dispatched(t!, d, s!);
      },
      over: (code) => {
        clearInterval(beat);
        if (REFUSALS[code]) throw new RefusedForGoodError(`Discord: ${REFUSALS[code]}`);
      },
    };
    return { url: `${url}/?v=10&encoding=json`, talk };
  }

  private async address(): Promise<string> {
    const { apiUrl, botToken, allowPrivate } = this.options;
    const headers = { authorization: `Bot ${botToken}`, 'user-agent': 'DiscordBot (offcurve)' };
    const { status, body } = await call({
      method: 'GET',
      url: `${apiUrl}/gateway/bot`,
      headers,
      body: '',
      allowPrivate,
    });
    if (status === 401) throw new RefusedForGoodError('Discord: the bot token is wrong');
    if (status !== 200) throw new Error(`Discord answered ${status} to /gateway/bot`);
    return (JSON.parse(body) as { url: string }).url.replace(/\/$/, '');
  }

  private greeting(): object {
    const token = this.options.botToken;
    if (this.session) return { op: RESUME, d: { token, session_id: this.session.id, seq: this.session.seq } };
    const properties = { os: process.platform, browser: 'offcurve', device: 'offcurve' };
    return { op: IDENTIFY, d: { token, intents: INTENTS, properties } };
  }

  private async dispatched(type: string, d: unknown, seq: number): Promise<void> {
    if (type === 'READY') {
      const { session_id: id, resume_gateway_url: url } = d as { session_id: string; resume_gateway_url: string };
      this.session = { id, url: url.replace(/\/$/, ''), seq };
      // A session that begins knows nothing of before.
      this.gateway.beside((signal) => discordCatchUp(this.parts, this.options, signal));
    } else if (type === 'MESSAGE_REACTION_ADD') {
      const { user_id: user, message_id: about, emoji, member } = d as Reaction;
      if (member?.user?.bot) return;
      const actor = member?.nick ?? member?.user?.username ?? user;
      await carryOut(this.parts, about, actionOfReaction(emoji.name ?? '', this.clock()), actor);
    } else if (type === 'MESSAGE_CREATE') {
      const { content, author, message_reference: reference } = d as Message;
      if (author.bot || reference?.message_id === undefined) return;
      const action = actionOfReply(content, this.clock());
      await carryOut(this.parts, reference.message_id, action, author.username ?? author.id);
    }
  }
}
