// Writes docs/cookbook.md: questions that a lab asks, each one command with its real output on the committed sweep.
// `npm run build && node scripts/cookbook.mjs`
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** One family and one kind of schedule: a law is of runs that differ in scale alone. */
const ONE = 'family = sqlite-bytes and schedule = cosine';
const TABLE = 'examples/sweep/results.csv --params params --tokens tokens --loss loss';
const RECIPES = [
  ['Which law do our runs follow, and how far may it be trusted?', `fit ${TABLE} --where "${ONE}"`],
  [
    "What are the parameters of Chinchilla's law, and which of them do the data bear?",
    `fit ${TABLE} --where "${ONE}" --law chinchilla`,
  ],
  [
    'Do larger models gain more from more data than a plain sum allows?',
    `fit ${TABLE} --where "${ONE}" --law additive-power`,
  ],
  ['What will a run of two million parameters on eight million tokens reach?', 'predict FIT --params 2e6 --tokens 8e6'],
  ['What does a budget of 1e14 FLOP buy at best?', 'plan FIT --compute 1e14'],
  ['How much compute does a loss of 1.15 take?', 'plan FIT --target-loss 1.15'],
  [
    'What do ten minutes on one H100 buy, at 40 % of its peak, for 2.50 dollars an hour?',
    'plan FIT --gpu-hours 0.1667 --gpu h100 --gpu-hour-usd 2.5',
  ],
  [
    'Is a run of 35 k parameters on sixteen million tokens too small for its compute, and should it stop at half?',
    'plan FIT --compute 1e13 --params 35000 --tokens 1.6e7 --tokens-now 8e6',
  ],
  [
    'We have four million unique tokens: how large, and how many epochs?',
    'plan FIT --compute 1e14 --unique-tokens 4e6',
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'offcurve-cookbook-'));
const files = { FIT: join(folder, 'fit.json'), OTHER: join(folder, 'other.json') };
const run = (line) => {
  const said = spawnSync('sh', ['-c', `node bin/offcurve.js ${line}`], { cwd: root, encoding: 'utf8' });
  if (said.status !== 0) throw new Error(`offcurve ${line}: ${said.stderr}`);
  return said;
};
try {
  writeFileSync(files.FIT, run(`fit ${TABLE} --where "${ONE}" --json`).stdout);
  writeFileSync(files.OTHER, run(`fit ${TABLE} --where "family = sqlite-bytes-no-shift" --json`).stdout);
  const parts = RECIPES.map(([question, line], i) => {
    const { stdout, stderr } = run(line.replace('FIT', files.FIT));
    const shown = line.replace('FIT', 'fit.json');
    return `## ${i + 1}. ${question}\n\n\`\`\`sh\noffcurve ${shown}\n\`\`\`\n\n\`\`\`text\n${stderr}${stdout.trimEnd()}\n\`\`\`\n`;
  });
  const { stdout, stderr } = run(`compare ${files.OTHER} ${files.FIT}`);
  parts.push(
    `## 10. What is a change of the architecture worth in compute?\n\nThe second family lacks the token shift of the first, and was trained at six places:\n` +
      `\`offcurve fit ${TABLE} --where "family = sqlite-bytes-no-shift" --json > other.json\`.\n\n` +
      `\`\`\`sh\noffcurve compare other.json fit.json\n\`\`\`\n\n\`\`\`text\n${stderr}${stdout.trimEnd()}\n\`\`\`\n`,
  );
  const head =
    '# Cookbook\n\nTen questions that a lab asks before it spends, each one command with its output as it is, on the sweep of small\n' +
    'models that is committed here (`examples/sweep`). This page is written by `node scripts/cookbook.mjs`.\n\nThe fit that most of them use:\n\n' +
    `\`\`\`sh\noffcurve fit ${TABLE} --where "${ONE}" --json > fit.json\n\`\`\`\n\n`;
  writeFileSync(join(root, 'docs', 'cookbook.md'), head + parts.join('\n'));
} finally {
  rmSync(folder, { recursive: true });
}
