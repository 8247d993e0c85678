// Writes docs/cookbook.md: questions that a lab asks, each one command with its real output on the committed sweep.
// `npm run build && node scripts/cookbook.mjs`
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const TABLE = 'examples/sweep/results.csv --params params --tokens tokens --loss loss';
const RECIPES = [
  ['Which law do our runs follow, and how far may it be trusted?', `fit ${TABLE} --where "schedule = cosine"`],
  [
    "What are the parameters of Chinchilla's law, and which of them do the data bear?",
    `fit ${TABLE} --where "schedule = cosine" --law chinchilla`,
  ],
  [
    'Do larger models gain more from more data than a plain sum allows?',
    `fit ${TABLE} --where "schedule = cosine" --law additive-power`,
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
const files = { FIT: join(folder, 'fit.json'), CONSTANT: join(folder, 'other.json') };
const run = (line) => {
  const said = spawnSync('sh', ['-c', `node bin/offcurve.js ${line}`], { cwd: root, encoding: 'utf8' });
  if (said.status !== 0) throw new Error(`offcurve ${line}: ${said.stderr}`);
  return said;
};
try {
  writeFileSync(files.FIT, run(`fit ${TABLE} --where "schedule = cosine" --json`).stdout);
  writeFileSync(
    files.CONSTANT,
    run(
      `fit examples/sweep/results.csv --params params --tokens tokens --loss train_loss --where "schedule = cosine" --json`,
    ).stdout,
  );
  const parts = RECIPES.map(([question, line], i) => {
    const { stdout, stderr } = run(line.replace('FIT', files.FIT).replace('CONSTANT', files.CONSTANT));
    const shown = line.replace('FIT', 'fit.json');
    return `## ${i + 1}. ${question}\n\n\`\`\`sh\noffcurve ${shown}\n\`\`\`\n\n\`\`\`text\n${stderr}${stdout.trimEnd()}\n\`\`\`\n`;
  });
  const { stdout, stderr } = run(`compare ${files.FIT} ${files.CONSTANT}`);
  parts.push(
    `## 10. How many times less compute does one metric or family need than another?\n\nHere the same runs by their training loss, as the second family.\n\n` +
      `\`\`\`sh\noffcurve compare fit.json other.json\n\`\`\`\n\n\`\`\`text\n${stderr}${stdout.trimEnd()}\n\`\`\`\n`,
  );
  const head =
    '# Cookbook\n\nTen questions that a lab asks before it spends, each one command with its output as it is, on the sweep of small\n' +
    'models that is committed here (`examples/sweep`). This page is written by `node scripts/cookbook.mjs`.\n\nThe fit that most of them use:\n\n' +
    `\`\`\`sh\noffcurve fit ${TABLE} --where "schedule = cosine" --json > fit.json\n\`\`\`\n\n`;
  writeFileSync(join(root, 'docs', 'cookbook.md'), head + parts.join('\n'));
} finally {
  rmSync(folder, { recursive: true });
}
