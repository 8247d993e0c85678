// Which links in a message act: each is taken apart and checked as the page behind it checks it.
import { SignedLinks } from '../../src/alerting/signed-links.js';
import { NOW, PUBLIC_URL } from './sample.js';

/** As in `tools()`. */
const links = new SignedLinks(PUBLIC_URL, 'a secret of some length');

/** Actions on a deviation that links in a text carry out, by name, in the order of the text; what is not signed is left out. */
export function linkedActions(text: string, deviation: string, now = NOW): string[] {
  return [...text.matchAll(/https:\/\/[^\s"<>]+\/chat\/handle\/[^\s"<>]+/g)].flatMap(([found]) => {
    const { origin, pathname, searchParams: query } = new URL(found.replaceAll('&amp;', '&'));
    const action = query.get('action') ?? '';
    const [expires, signature] = [query.get('expires') ?? '', query.get('signature') ?? ''];
    const isOurs = origin === PUBLIC_URL && pathname === `/chat/handle/${deviation}`;
    return isOurs && links.isValid(`handle/${action}`, deviation, expires, signature, now) ? [action] : [];
  });
}
