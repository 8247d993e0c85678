// Text from users must stay text: nothing in it may turn into a link, a mention or a command by a service's own reading.
import type { AlertText } from '../../alerting/alert-text.js';

/** Breaks a word for a service's reader, and shows nothing. */
const INVISIBLE = '\u200b';

/** Addresses, `@names`, `#rooms`, `/commands` and bare domains lose their effect; what is seen stays the same. */
export function defused(text: string): string {
  return (
    text
      .toWellFormed()
      // Control characters and those that turn the direction of reading, so that nothing can pose as something else.
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
      .replace(/:(?=\/\/)/g, `:${INVISIBLE}`)
      .replace(/(?<=[\p{L}\p{N}])\.(?=\p{L}{2,})/gu, `.${INVISIBLE}`)
      .replace(/([@#!])(?=[\p{L}\p{N}_])/gu, `$1${INVISIBLE}`)
      .replace(/(^|\s)\/(?=\p{L})/gu, `$1/${INVISIBLE}`)
      .replace(/\b(mailto|tel|matrix|javascript):/gi, `$1${INVISIBLE}:`)
  );
}

/** All parts but the link, which is our own. */
export const defusedText = (text: AlertText): AlertText => ({
  ...text,
  title: defused(text.title),
  state: text.state === null ? null : defused(text.state),
  rows: text.rows.map(({ label, text: row }) => ({ label, text: defused(row) })),
});
