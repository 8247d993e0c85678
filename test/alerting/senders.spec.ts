// What every sender must do, against fakes that hold each service's documented rules: take no for an answer, wait as asked.
import { WITH_MATRIX, startSenders, stopSenders } from './all-senders.js';
import { message, shift } from './sample.js';

beforeAll(startSenders);
afterAll(stopSenders);

/** Names of runs are no longer. */
const LONGEST_RUN = 256;
const HOSTILE = '<!channel> @everyone [x](https://evil.example) <b>x</b> &amp; *_~`|{{DATE()}} "\'\\ ';

describe.each(WITH_MATRIX)('$name', ({ fake, channel, shown, namesWait }) => {
  it('is sent as one message', async () => {
    const before = shown();
    expect(await channel(true, true).send(message('x', 'opened', shift({ id: 'dev_one' })))).toMatchObject({
      status: 'sent',
    });
    expect(shown()).toBe(before + 1);
  });

  it.each([1, 40, 400])("keeps the service's limits where a name and its evidence are %i times as long", async (n) => {
    const before = shown();
    const evidence = Array.from({ length: 30 }, () => HOSTILE.repeat(n));
    const run = HOSTILE.repeat(n).slice(0, LONGEST_RUN);
    const long = shift({ id: `dev_long_${n}`, run, runs: [run], evidence, advice: evidence[0]! });
    expect(await channel(true, true).send(message('x', 'opened', long))).toMatchObject({ status: 'sent' });
    expect(shown()).toBe(before + 1);
  });

  it('is tried again where the service asks for patience, no sooner than it says', async () => {
    const before = shown();
    const first = message('x', 'opened', shift({ id: 'dev_busy' }));
    fake.refuseOnce(17);
    expect(await channel(true, true).send(first)).toMatchObject({
      status: 'retry',
      afterMs: namesWait ? 17_000 : null,
    });
    expect(shown()).toBe(before);
    expect(await channel(true, true).send(first)).toMatchObject({ status: 'sent' });
    expect(shown()).toBe(before + 1);
  });

  it('is tried again where the service is out of order, or not there', async () => {
    fake.breakOnce();
    const first = message('x', 'opened', shift({ id: 'dev_broken' }));
    expect(await channel(true, true).send(first)).toMatchObject({ status: 'retry', afterMs: null });
  });

  it('is given up where the secret is wrong, and the reason does not tell it', async () => {
    const before = shown();
    const result = await channel(false, true).send(message('x', 'opened', shift({ id: 'dev_wrong' })));
    expect(result).toMatchObject({ status: 'failed', error: expect.any(String) });
    expect((result as { error: string }).error).not.toMatch(/revoked|f{32}|hooks\/|sig=/);
    expect(shown()).toBe(before);
  });

  it('never reaches a private address that the settings do not allow', async () => {
    const before = shown();
    expect(await channel(true, false).send(message('x', 'opened', shift({ id: 'dev_private' })))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('allow_private'),
    });
    expect(shown()).toBe(before);
  });
});
