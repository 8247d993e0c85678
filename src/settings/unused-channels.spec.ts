// Which channels nothing is ever sent to.
import { parseConfig } from './config-file.js';
import { unusedChannels } from './unused-channels.js';

const CHANNELS = ['a', 'b'].map((name) => `  ${name}: { webhook: { url: "https://x.example" } }\n`).join('');
const unused = (rest: string) => unusedChannels(parseConfig(`channels:\n${CHANNELS}${rest}`, 'offcurve.yml', {}));

it('names all where there are no routes', () => expect(unused('')).toEqual(['a', 'b']));

it('names none that a route, an escalation or the digest names', () => {
  expect(unused('routes: [ { channels: [a] } ]')).toEqual(['b']);
  expect(unused('routes: [ { channels: [a], escalate: { after_minutes: 5, channels: [b] } } ]')).toEqual([]);
  expect(unused('digest: { at: "09:00", channels: [b] }')).toEqual(['a']);
});

it('takes a fallback for used', () => {
  expect(unused('  c: { webhook: { url: "https://x.example" }, fallback: b }\nroutes: [ { channels: [c] } ]')).toEqual([
    'a',
  ]);
});
