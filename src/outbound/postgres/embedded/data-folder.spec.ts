// A data folder that cannot be made is told with its fix.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDataDir } from './data-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'offcurve-data-'));
const file = join(folder, 'a-file');
writeFileSync(file, '');
afterAll(() => rmSync(folder, { recursive: true }));

it.each([file, join(file, 'below')])('%s names the setting, since a file is no folder', (dataDir) => {
  expect(() => makeDataDir(dataDir)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(`the data folder ${dataDir} cannot be made`),
      fix: expect.stringContaining('OFFCURVE_DATA_DIR'),
    }),
  );
});
