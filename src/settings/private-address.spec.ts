// Addresses of channels that are plainly private are refused, unless allowed.
import { FILE, channel, problemsOf } from '../../test/settings/config-problems.js';

describe('an address that is plainly private', () => {
  it.each([
    ['webhook: { url: "http://169.254.169.254/latest/meta-data" }', 'webhook.url'],
    ['webhook: { url: "http://[::1]:9000/x" }', 'webhook.url'],
    ['matrix: { homeserver: "http://10.0.0.7", access_token: t, room: "!a:b" }', 'matrix.homeserver'],
    ['teams: { webhook_url: "http://192.168.1.2/x" }', 'teams.webhook_url'],
    ['slack: { token: t, channel: c, api_url: "http://127.0.0.1:1/x" }', 'slack.api_url'],
    ['ntfy: { topic: t, server: "http://LOCALHOST:2586" }', 'ntfy.server'],
    ['email: { host: localhost, from: a@x.y, to: [b@example.org] }', 'email.host'],
  ])('is refused in %s', (service, key) => {
    expect(problemsOf(channel(service))).toEqual([
      {
        where: `${FILE}, line 3, channels.a.${key}`,
        reason: expect.stringContaining('is a loopback, private or link-local address'),
        fix: 'set allow_private: true beside it to allow it',
      },
    ]);
    expect(problemsOf(channel(service.replace(' }', ', allow_private: true }')))).toEqual([]);
  });

  it('is refused as a heartbeat too', () =>
    expect(problemsOf('heartbeat: { url: "http://127.0.0.1/ping" }')[0]!.where).toBe(`${FILE}, line 1, heartbeat.url`));

  it.each(['http://localhost.example.org/x', 'http://8.8.8.8/x', 'https://10.example.org/x'])('%s is none', (url) =>
    expect(problemsOf(channel(`webhook: { url: "${url}" }`))).toEqual([]),
  );
});
