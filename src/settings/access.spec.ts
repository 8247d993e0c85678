// Tokens and origins: who is let in.
import { Access, bearerOf } from './access.js';
import { foreignOrigin } from './origin.js';
import { parseTokens } from './tokens.js';

describe('tokens', () => {
  const access = new Access(parseTokens('jobs:ingest:0123456789abcdef,page:read+operate:fedcba9876543210'));

  it('names the caller of a token, and nobody for any other', () => {
    expect(access.callerOf('0123456789abcdef')).toMatchObject({ name: 'jobs', scopes: new Set(['ingest']) });
    expect(access.callerOf('fedcba9876543210')).toMatchObject({ name: 'page' });
    for (const wrong of [null, '', '0123456789abcde', '0123456789abcdef0', '0123456789ABCDEF'])
      expect(access.callerOf(wrong)).toBeNull();
  });

  it('lets everybody do everything where no tokens are set', () => {
    expect(new Access([]).callerOf(null)).toMatchObject({
      name: 'local',
      scopes: new Set(['ingest', 'read', 'operate']),
    });
  });

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc ', 'abc'],
    ['Basic abc', null],
    ['Bearer', null],
    ['Bearer a b', null],
    [undefined, null],
  ])('reads %p as the token %p', (header, token) => expect(bearerOf(header)).toBe(token));
});

describe('origins', () => {
  const own = 'http://127.0.0.1:8080';
  const foreign = (host: string, origin?: string, guarded = false, publicUrl = own) =>
    foreignOrigin({ host, origin }, publicUrl, guarded) !== null;

  it.each([['127.0.0.1:8080'], ['localhost:8080'], ['[::1]:8080'], ['127.0.0.1']])(
    'takes the host %s without tokens',
    (host) => expect(foreign(host)).toBe(false),
  );
  it.each([['evil.example'], ['127.0.0.1.evil.example:8080'], ['localhost.evil.example'], ['10.0.0.1:8080']])(
    'refuses the host %s without tokens: a name may be pointed anywhere',
    (host) => expect(foreign(host)).toBe(true),
  );
  it('takes any host where a token is asked for', () =>
    expect(foreign('runs.example:8080', undefined, true)).toBe(false));
  it('takes pages of its own, by the host or by the public address', () => {
    expect(foreign('127.0.0.1:8080', 'http://127.0.0.1:8080')).toBe(false);
    expect(foreign('10.1.2.3:8080', 'https://runs.example', true, 'https://runs.example')).toBe(false);
  });
  it.each([['http://evil.example'], ['null'], ['http://127.0.0.1:9999'], ['file://']])(
    'refuses a page of %s',
    (origin) => expect(foreign('127.0.0.1:8080', origin, true)).toBe(true),
  );
});
