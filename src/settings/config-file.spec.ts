// offcurve.yml: what is wrong is said with file, line, key and the nearest known key.
import { parseConfig } from './config-file.js';
import { SettingsError } from './settings-error.js';

const problemsOf = (text: string, environment: Record<string, string> = {}) => {
  try {
    parseConfig(text, 'offcurve.yml', environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

describe('offcurve.yml', () => {
  it('is read with variables filled in', () => {
    const config = parseConfig(
      `budget: { false_alarms: 1 per 30 run-days }
channels:
  archive: { webhook: { url: "https://hooks.example.org/offcurve", secret: "\${HOOK_SECRET}" } }
routes:
  - { match: { project: prod }, kinds: [divergence], min_price: 1%, channels: [archive], continue: true }
`,
      'offcurve.yml',
      { HOOK_SECRET: 'a secret of some length' },
    );
    expect(config.channels!.archive!.webhook!.secret).toBe('a secret of some length');
    expect(config.routes![0]!.min_price).toBeCloseTo(0.01);
  });

  it('may be empty', () => expect(parseConfig('', 'offcurve.yml', {})).toEqual({}));

  it('names the line and the nearest known key of an unknown one', () => {
    const [problem] = problemsOf('budget:\n  false_alarms: 1 per day\n  fleat: 1 per day\n');
    expect(problem!.where).toBe('offcurve.yml, line 3, budget.fleat');
    expect(problem!.fix).toContain('"fleet"');
  });

  it('names the line of a wrong value deep inside', () => {
    const [problem] = problemsOf(
      'channels:\n  a:\n    webhook:\n      url: https://x.example\n      allow_private: perhaps\n',
    );
    expect(problem!.where).toBe('offcurve.yml, line 5, channels.a.webhook.allow_private');
  });

  it('names the variable that the environment lacks', () => {
    const [problem] = problemsOf('channels:\n  a: { webhook: { url: "${NOWHERE}" } }\n');
    expect(problem).toMatchObject({ where: 'offcurve.yml, line 2', fix: expect.stringContaining('set NOWHERE') });
  });

  it('refuses a route to a channel that is not there', () => {
    const [problem] = problemsOf(
      'channels:\n  room: { webhook: { url: "https://x.example" } }\nroutes:\n  - { channels: [rom] }\n',
    );
    expect(problem!.where).toContain('line 4');
    expect(problem!.fix).toContain('"room"');
  });

  it('refuses fallbacks that lead in a circle, each circle once', () => {
    const channel = (name: string, fallback: string) =>
      `  ${name}: { webhook: { url: "https://x.example" }, fallback: ${fallback} }\n`;
    expect(problemsOf(`channels:\n${channel('a', 'b')}${channel('b', 'a')}${channel('c', 'c')}`)).toMatchObject([
      { where: 'offcurve.yml, line 2, channels.a.fallback', reason: 'a circle of fallbacks: a → b → a' },
      { where: 'offcurve.yml, line 4, channels.c.fallback', reason: '"c" falls back to itself' },
    ]);
  });

  it('guesses no value that is nothing like the one written, and names the file where it holds no keys at all', () => {
    expect(problemsOf('metrics: { accuracy: { direction: up, floor: 1 } }')[0]!.fix).toBe(
      'set direction to one of them',
    );
    expect(problemsOf('metrics: { accuracy: { direction: highr, floor: 1 } }')[0]!.fix).toContain('"higher"');
    expect(problemsOf('- a\n')[0]!.fix).toContain('correct the file');
  });

  it('refuses a budget that is none', () => {
    expect(problemsOf('budget: { false_alarms: few }')[0]!.where).toBe('offcurve.yml, line 1, budget.false_alarms');
  });

  it('reads the metrics that laws are fitted to; an error rate ends at 0 unless it says where', () => {
    const { metrics } = parseConfig(
      'metrics: { wer: { direction: lower }, top1: { direction: higher, floor: 1 } }',
      'x',
      {},
    );
    expect(metrics).toEqual({ wer: { direction: 'lower', floor: 0 }, top1: { direction: 'higher', floor: 1 } });
  });

  it.each([
    [
      'a metric that is better higher and has no end',
      'direction: higher',
      'top1.floor',
      'the best that a metric can be',
    ],
    ['a direction that is none', 'direction: upward', 'top1.direction', 'expected one of'],
    ['a floor that is text', 'direction: lower\n    floor: none', 'top1.floor', 'expected number'],
    ['a misspelt key', 'directon: lower', 'top1.directon', 'unknown key'],
  ])('refuses %s', (_what, text, path, reason) => {
    const problems = problemsOf(`metrics:\n  top1:\n    ${text}\n`);
    expect(problems.map(({ where }) => where.replace(/^.*, /, ''))).toContain(`metrics.${path}`);
    expect(problems.map((one) => one.reason).join()).toContain(reason);
  });

  it('says where the YAML itself is broken', () => {
    expect(problemsOf('budget: { fleet: 1 per day\nroutes: [')[0]!.where).toMatch(/^offcurve.yml, line \d/);
  });
});
