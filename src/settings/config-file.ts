// Reads offcurve.yml: fills in ${VARIABLE}, checks it, and says file, line, key, and the nearest known key of what is wrong.
import { closest, distance } from 'fastest-levenshtein';
import { LineCounter, type Node, isCollection, isScalar, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { CHANNEL_KEYS } from './channel-settings.js';
import { type Config, configSchema } from './config-schema.js';
import { fallbackCircles } from './fallback-circles.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { unreachableRoutes } from './unreachable-routes.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Keys known at each place; `*` stands for any name or index. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  '': ['budget', 'channels', 'routes', 'metrics', 'heartbeat', 'digest'],
  'metrics.*': ['direction', 'floor'],
  digest: ['at', 'channels'],
  heartbeat: ['url', 'allow_private'],
  budget: ['false_alarms', 'fleet'],
  ...CHANNEL_KEYS,
  'routes.*': ['match', 'kinds', 'min_price', 'channels', 'continue', 'quiet_hours', 'escalate'],
  'routes.*.escalate': ['after_minutes', 'channels'],
  'routes.*.match': ['project', 'family', 'tag', 'run'],
};

/**
 * Checks the text of offcurve.yml.
 *
 * @param file its name, for messages
 * @throws SettingsError with every problem found, by line
 */
export function parseConfig(text: string, file: string, environment: Environment): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  const problems: SettingsProblem[] = document.errors.map((error) => ({
    where: `${file}, line ${lineOf(error.pos[0])}`,
    reason: error.message.split('\n')[0]!,
    fix: 'correct the YAML there',
  }));
  if (problems.length > 0) throw new SettingsError(problems);
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value !== 'string') return;
      node.value = node.value.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
        const value = environment[name];
        if (value === undefined)
          problems.push({
            where: `${file}, line ${lineOf(node.range?.[0])}`,
            reason: `the environment has no ${name}`,
            fix: `set ${name}, or write the value in place of ${whole}`,
          });
        return value ?? whole;
      });
    },
  });
  if (problems.length > 0) throw new SettingsError(problems);
  const at = (path: readonly PropertyKey[]): string => {
    const node = nodeAt(document.contents, path);
    return `${file}, line ${lineOf(node?.range?.[0])}${path.length > 0 ? `, ${path.join('.')}` : ''}`;
  };
  const checked = configSchema.safeParse(document.toJS() ?? {}, { reportInput: true });
  if (!checked.success)
    throw new SettingsError(withoutEchoes(checked.error.issues).flatMap((issue) => problemsOf(issue, at)));
  problems.push(
    ...unknownChannels(checked.data).map(({ path, name, known }) => ({
      where: at(path),
      reason: `there is no channel "${name}"`,
      fix: known.length > 0 ? `did you mean "${closest(name, known)}"?` : 'define it under channels',
    })),
    ...circlesOf(checked.data).map(([channel, ...way]) => ({
      where: at(['channels', channel!, 'fallback']),
      reason:
        way.length === 1
          ? `"${channel}" falls back to itself`
          : `a circle of fallbacks: ${[channel, ...way].join(' → ')}`,
      fix: 'name a channel that still gets through where these do not, or leave one fallback out',
    })),
    ...unreachableRoutes(checked.data.routes ?? []).map(({ route, takenBy }) => ({
      where: at(['routes', route]),
      reason: `it matches nothing: all that it would match is taken by the route before it, ${at(['routes', takenBy])}`,
      fix: 'put it before that one, or say continue: true there',
    })),
  );
  if (problems.length > 0) throw new SettingsError(problems);
  return checked.data;
}

/** The node at a path, or the nearest one above it. */
function nodeAt(root: unknown, path: readonly PropertyKey[]): Node | null {
  let node = root;
  for (const key of path) {
    if (!isCollection(node)) break;
    const pair = 'items' in node ? node.items.find((item) => isPairOf(item, key)) : undefined;
    const next = pair ? ((pair as { key: unknown }).key ?? null) : node.get(key, true);
    const deeper = node.get(key, true);
    if (deeper === undefined) break;
    node = isCollection(deeper) ? deeper : (next ?? deeper);
    if (!isCollection(deeper)) break;
  }
  return (node as Node | null) ?? null;
}

/** Where a key is not known, what is missing in its place is no second mistake. */
function withoutEchoes(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const unknownAt = issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join());
  return issues.filter(({ code, path }) => code !== 'custom' || !unknownAt.includes(path.join()));
}

const isPairOf = (item: unknown, key: PropertyKey): boolean =>
  typeof item === 'object' && item !== null && 'key' in item && isScalar(item.key) && item.key.value === key;

function problemsOf(issue: z.core.$ZodIssue, at: (path: readonly PropertyKey[]) => string): SettingsProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ where: at(issue.path), ...wrongValue(issue) }];
  const place = issue.path.map((key, depth) => (depth === 1 ? '*' : key)).join('.');
  const known = KNOWN[place] ?? [];
  return issue.keys.map((key) => ({
    where: at([...issue.path, key]),
    reason: `unknown key "${key}"`,
    fix:
      known.length > 0
        ? `did you mean "${closest(key, known as string[])}"? known here: ${known.join(', ')}`
        : 'remove it',
  }));
}

function wrongValue(issue: z.core.$ZodIssue): Omit<SettingsProblem, 'where'> {
  const key = issue.path.findLast((part) => typeof part === 'string');
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return { reason: `"${key}" is missing`, fix: `add ${key}; docs/settings.md lists what is needed there` };
  if (issue.code === 'invalid_value' && typeof issue.input === 'string') {
    const values = issue.values.map(String);
    const reason = `"${issue.input}" is not known; expected one of ${values.join(', ')}`;
    return { reason, fix: likely(issue.input, values) ?? `set ${key} to one of them` };
  }
  const fix: unknown = issue.code === 'custom' ? issue.params?.fix : undefined;
  if (typeof fix === 'string') return { reason: issue.message, fix };
  return { reason: issue.message, fix: `correct ${key ?? 'the file'}; docs/settings.md says how` };
}

/** A guess that shares less than half of what was written is none. */
function likely(written: string, values: readonly string[]): string | null {
  const guess = closest(written, values);
  return distance(written, guess) * 2 <= Math.max(written.length, guess.length) ? `did you mean "${guess}"?` : null;
}

function circlesOf({ channels = {} }: Config): string[][] {
  return fallbackCircles(new Map(Object.entries(channels).map(([name, { fallback }]) => [name, fallback ?? null])));
}

function unknownChannels(config: Config): { path: PropertyKey[]; name: string; known: string[] }[] {
  const known = Object.keys(config.channels ?? {});
  const named = (config.routes ?? []).flatMap((route, index) => [
    ...route.channels.map((name, place) => ({ path: ['routes', index, 'channels', place], name })),
    ...(route.escalate?.channels ?? []).map((name, place) => ({
      path: ['routes', index, 'escalate', 'channels', place],
      name,
    })),
  ]);
  const digests = (config.digest?.channels ?? []).map((name, place) => ({
    path: ['digest', 'channels', place],
    name,
  }));
  const fallbacks = Object.entries(config.channels ?? {}).flatMap(([channel, { fallback }]) =>
    fallback === undefined ? [] : [{ path: ['channels', channel, 'fallback'], name: fallback }],
  );
  return [...named, ...digests, ...fallbacks]
    .filter(({ name }) => !known.includes(name))
    .map((use) => ({ ...use, known }));
}
