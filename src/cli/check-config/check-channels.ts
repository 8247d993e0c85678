// Asks every channel's service, without any effect, whether its settings would work.
import type { Channel } from '../../alerting/channel.js';
import { DeviationPictures } from '../../alerting/deviation-pictures.js';
import { SignedLinks } from '../../alerting/signed-links.js';
import { channelsOf } from '../../outbound/chat/channels.js';
import type { Settings } from '../../settings/settings.js';

/** `ok`, what is wrong, or that the service has no harmless call to ask with. */
export interface CheckedChannel {
  channel: string;
  state: 'ok' | 'wrong' | 'not checked';
  detail: string | null;
}

/** All at once; a service that does not answer is wrong after so long. */
const PATIENCE_MS = 10_000;

/** Nothing is sent, so nothing is drawn. */
class NoPictures extends DeviationPictures {
  constructor() {
    super({ find: async () => null }, null!, null!, () => undefined);
  }
}

export function checkChannels({ config, publicUrl, secret }: Settings): Promise<CheckedChannel[]> {
  const tools = { links: new SignedLinks(publicUrl, secret), pictures: new NoPictures(), clock: Date.now };
  return Promise.all(channelsOf(config.channels ?? {}, tools).map((channel) => checked(channel, PATIENCE_MS)));
}

/** @param patienceMs milliseconds to wait for the service */
export async function checked(channel: Channel, patienceMs: number): Promise<CheckedChannel> {
  const { name } = channel;
  if (!channel.check) return { channel: name, state: 'not checked', detail: 'try it: offcurve notify --test ' + name };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${patienceMs / 1000} s`), patienceMs);
  });
  const problem = await Promise.race([channel.check(), late]);
  clearTimeout(timer);
  return problem === null
    ? { channel: name, state: 'ok', detail: null }
    : { channel: name, state: 'wrong', detail: problem };
}
