// Which secrets the chat services sign with, by service: what /chat/… checks before it believes a word.
import type { Settings } from '../../../settings/settings.js';

export class ChatSecrets {
  constructor(
    readonly slack: readonly string[],
    readonly telegram: readonly string[],
  ) {}

  static of({ config }: Pick<Settings, 'config'>): ChatSecrets {
    const channels = Object.values(config.channels ?? {});
    return new ChatSecrets(
      channels.flatMap(({ slack }) => slack?.signing_secret ?? []),
      channels.flatMap(({ telegram }) => telegram?.webhook_secret ?? []),
    );
  }
}
