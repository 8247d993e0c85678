// docs/settings.md names every setting there is, and none that there is not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { configSchema } from './config-schema.js';
import { ENVIRONMENT_VARIABLES } from './settings.js';

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
}

const page = readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8');
const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
const channel = schema.properties!.channels!.additionalProperties as JsonSchema;

/** Rows of the table under a heading, each as the words in code type of each cell. */
function table(heading: string): string[][][] {
  const part = page.split(/^#+ /m).find((section) => section.startsWith(heading));
  if (!part) throw new Error(`docs/settings.md has no heading "${heading}"`);
  const rows = part.split('\n').filter((line) => line.startsWith('|'));
  const words = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  return rows.slice(2).map((row) => row.split('|').slice(1, -1).map(words));
}

/** Paths of all that can be set below `node`; an array's elements as `[]`, names of one's own as `NAME`. Channels have a table of their own. */
function leaves(node: JsonSchema, path: string): string[] {
  if (path === 'channels') return [];
  if (typeof node.additionalProperties === 'object') return leaves(node.additionalProperties, `${path}.NAME`);
  if (node.items?.properties) return leaves(node.items, `${path}[]`);
  const inner = Object.entries(node.properties ?? {});
  return inner.length === 0
    ? [path]
    : inner.flatMap(([name, child]) => leaves(child, path === '' ? name : `${path}.${name}`));
}

it('has every environment variable, and no other', () => {
  const named = table('Environment').flatMap(([variables]) => variables!);
  expect(named.toSorted()).toEqual([...ENVIRONMENT_VARIABLES].sort());
});

it('has every key of the budget and the routes, and no other', () => {
  const named = table('Budget and routes').flatMap(([keys]) => keys!);
  expect(named.toSorted()).toEqual(leaves(schema, '').sort());
});

it('has every channel with what it needs and what it may have beside', () => {
  const { fallback, rate, ...services } = channel.properties!;
  for (const [name, common] of Object.entries({ fallback, rate })) {
    expect(common).toBeDefined();
    expect(page).toContain(`\`${name}: `);
  }
  const named = table('Channels').map(([name, needed, more]) => [name![0], needed!.toSorted(), more!.toSorted()]);
  const known = Object.entries(services).map(([name, { properties, required = [] }]) => {
    const optional = Object.keys(properties!).filter((key) => !required.includes(key) && key !== 'allow_private');
    return [name, required.toSorted(), optional.sort()];
  });
  expect(Object.values(services).every(({ properties }) => 'allow_private' in properties!)).toBe(true);
  expect(named.sort()).toEqual(known.sort());
});
