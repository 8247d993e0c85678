// The public scaling tables as runs of N, D and loss: what the fits are tested and timed on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rows of a CSV file of numbers and plain words, cells by column. */
function cells(folder, file) {
  const [header, ...lines] = readFileSync(join(folder, 'scaling', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((line) => Object.fromEntries(header.map((column, i) => [column, line[i]])));
}

const runs = (rows, params, tokens, loss) =>
  rows.map((row) => ({ params: Number(row[params]), tokens: Number(row[tokens]), loss: Number(row[loss]) }));

function grouped(rows, column) {
  const groups = new Map();
  for (const row of rows) groups.set(row[column], [...(groups.get(row[column]) ?? []), row]);
  return [...groups];
}

/**
 * Hoffmann et al.'s points as Besiroglu et al. read them off (all 245, and the 240 that they fit), Gadre et al., the
 * Gemstones, Porian et al.'s isoFLOP runs by setting, the OLMo ladder by task.
 * @param folder the one that OFFCURVE_TEST_DATA names, with `scaling/` in it
 */
export function publicTables(folder) {
  const hoffmann = cells(folder, 'chinchilla_epoch245.csv');
  const gadre = cells(folder, 'gadre_rpj.csv');
  const gemstones = (set) =>
    runs(cells(folder, `gemstones_${set}.csv`), 'params_active_precise', 'tokens', 'final_loss');
  // Below two tokens a parameter a run has not left its warm-up.
  const isoflop = cells(folder, 'isoflop_refinedweb.csv').filter((row) => Number(row.tokens) >= 2 * Number(row.n));
  const kept = hoffmann.filter((row) => row.excluded !== '1');
  return [
    { name: 'besiroglu 240', runs: runs(kept, 'N', 'D', 'loss') },
    { name: 'besiroglu 245', runs: runs(hoffmann, 'N', 'D', 'loss') },
    { name: 'gadre, C4', runs: runs(gadre, 'N', 'D', 'loss_c4_val') },
    { name: 'gadre, OpenLM', runs: runs(gadre, 'N', 'D', 'loss_openlm') },
    { name: 'gemstones hot', runs: gemstones('hot') },
    { name: 'gemstones cool_end', runs: gemstones('cool_end') },
    ...grouped(isoflop, 'setting').map(([setting, rows]) => ({
      name: `isoflop ${setting}`,
      runs: runs(rows, 'n', 'tokens', 'loss'),
    })),
    ...grouped(cells(folder, 'olmo_ladder_step1.csv'), 'task').map(([task, rows]) => ({
      name: `olmo ${task}`,
      runs: runs(rows, 'N', 'D', 'task_bpb'),
    })),
  ];
}
