// The container files as far as they can be judged without an engine: the compose specification's schema, and linters.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ValidationSeverity, validate } from 'dockerfile-utils';

const root = join(__dirname, '../..');
const DCLINT = join(root, 'node_modules/dclint/bin/dclint.cjs');
/** Services stand in the order in which they start, their keys in the order in which they are understood. */
const MATTERS_OF_TASTE = ['service-keys-order', 'services-alphabetical-order'];

/** What the linter says of a compose file, schema included; nothing where all is well. */
function lint(file: string): { status: number | null; said: string } {
  const taste = MATTERS_OF_TASTE.flatMap((rule) => ['--disable-rule', rule]);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [DCLINT, file, '--max-warnings', '0', '--color', 'false', ...taste],
    { encoding: 'utf8' },
  );
  return { status, said: `${stdout}${stderr}`.trim() };
}

it('docker-compose.yml holds to the specification and the linter has nothing to say', () => {
  expect(lint(join(root, 'docker-compose.yml'))).toEqual({ status: 0, said: '' });
});

it('and would say so: a key that the specification does not know, a port open to the world', () => {
  const dir = mkdtempSync(join(tmpdir(), 'offcurve-compose-'));
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const broken = join(dir, 'docker-compose.yml');
  writeFileSync(broken, text.replace('restart: unless-stopped', 'restarts: unless-stopped'));
  expect(lint(broken)).toMatchObject({ status: 1, said: expect.stringContaining('additional properties') });
  writeFileSync(broken, text.replace("'127.0.0.1:8080:8080'", "'8080:8080'"));
  expect(lint(broken)).toMatchObject({ status: 1, said: expect.stringContaining('8080') });
  rmSync(dir, { recursive: true });
});

it('Dockerfile: no instruction is wrong, and the service runs without rights', () => {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const all = { instructionCasing: ValidationSeverity.ERROR, deprecatedMaintainer: ValidationSeverity.ERROR };
  expect(validate(text, all)).toEqual([]);
  expect(validate(text.replace('EXPOSE 8080', 'EXPOSE web'), all)).not.toEqual([]);
  expect(/^USER (\d+)$/m.exec(text)?.[1]).toBe('1000');
});

it('Dockerfile copies only what there is, or what the build makes', () => {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const copied = [...text.matchAll(/^COPY --from=build \S+ \/app\/(\S+)/gm)].map((match) => match[1]!);
  const made = ['node_modules', 'dist', 'web/dist'];
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
  expect(copied).toEqual(expect.arrayContaining(['package.json', 'bin', 'dist', 'prisma', 'dashboards']));
  const tracked = spawnSync('git', ['ls-files', ...copied], { cwd: root, encoding: 'utf8' }).stdout;
  for (const path of copied.filter((one) => !made.includes(one))) expect(tracked).toContain(path);
  expect(files).toContain('dist');
});
