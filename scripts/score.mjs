// Scores forecasts, laws and detector by the evaluation kit at OFFCURVE_EVALUATE, and writes the tables of forecasts and detector into the docs.
//   node scripts/score.mjs [forecast] [siblings] [baselines] [laws] [detect] [reference] [rules]     (default: all)
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PARTS = {
  forecast: ['forecast'],
  siblings: ['forecast', '--siblings'],
  baselines: ['forecast', '--baseline', 'all'],
  laws: ['laws'],
  detect: ['detect'],
  reference: ['detect', '--reference'],
  // The kit's own versions of what others do.
  rules: ['detect', '--detector', 'all'],
};

const kit = process.env.OFFCURVE_EVALUATE;
if (!kit || !existsSync(join(kit, 'evaluate.mjs'))) {
  console.error('set OFFCURVE_EVALUATE to the folder of the evaluation kit (it holds evaluate.mjs)');
  process.exit(2);
}
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in PARTS));
if (unknown) {
  console.error(`no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
const bin = fileURLToPath(new URL('../bin/offcurve.js', import.meta.url));
for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
  const table = scored(PARTS[name]);
  console.log(table);
  if (['forecast', 'siblings', 'baselines'].includes(name))
    put(new URL('../docs/forecasting.md', import.meta.url), name, table);
  if (PARTS[name][0] === 'detect') put(new URL('../docs/detection.md', import.meta.url), name, table);
}

/** The kit's own table; its failure is ours. */
function scored(args) {
  const command = ['evaluate.mjs', ...args, '--quiet', '--cmd', `"${process.execPath}" "${bin}"`];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: kit, encoding: 'utf8' });
  if (status !== 0) {
    console.error(stderr);
    process.exit(1);
  }
  return stdout.trim().split('\n').slice(0, -1).join('\n');
}

/** Puts a table between its two marks. */
function put(file, name, table) {
  const text = readFileSync(file, 'utf8');
  const marks = new RegExp(`(<!-- ${name} -->)[^]*?(<!-- /${name} -->)`);
  if (marks.test(text)) writeFileSync(file, text.replace(marks, `$1\n\n\`\`\`text\n${table}\n\`\`\`\n\n$2`));
}
