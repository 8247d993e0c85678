// Learns the share of a GPU's peak from a table of one's own runs.
import { type Gpu, gpuNamed } from '../../planning/gpus.js';
import { type LearntMfu, mfuOfHours } from '../../planning/learnt-mfu.js';
import { USUAL, numbers, readRows } from '../laws/read-law-table.js';
import { UserError } from '../user-error.js';

const HOURS = ['gpu_hours', 'gpu-hours', 'GPU-hours', 'gpuhours'];
const GPU = ['gpu', 'GPU'];

/** @throws UserError where the table lacks a column, or no run of it is on such GPUs at less than their peak. */
export async function mfuFromTable(path: string, gpu: Gpu): Promise<LearntMfu> {
  const { rows, columns } = await readRows(path);
  const column = (names: readonly string[], what: string): string => {
    const found = names.find((name) => columns.includes(name));
    if (found === undefined)
      throw new UserError(
        `${path} has no column of ${what} (${names.join(', ')})`,
        `add it, or give --mfu; the table has ${columns.join(', ')}`,
      );
    return found;
  };
  const [params, tokens, hours] = [column(USUAL.params, 'N'), column(USUAL.tokens, 'D'), column(HOURS, 'GPU-hours')];
  const named = GPU.find((name) => columns.includes(name));
  const own =
    named === undefined ? rows : rows.filter(({ cells }) => gpuNamed(String(cells[named]))?.name === gpu.name);
  if (own.length === 0)
    throw new UserError(`no run of ${path} is on ${gpu.name}`, 'name the GPU that they ran on, or give --mfu');
  const [N, D, H] = [numbers(own, params), numbers(own, tokens), numbers(own, hours)];
  const learnt = mfuOfHours(
    own.map((_, i) => ({ params: N[i]!, tokens: D[i]!, gpuHours: H[i]! })),
    gpu,
  );
  if (learnt === null)
    throw new UserError(
      `every run of ${path} says that it went past the peak of ${gpu.name}`,
      `check ${hours}: GPUs times hours, and the GPU; or give --mfu`,
    );
  return learnt;
}
