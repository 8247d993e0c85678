// What the sweep says and keeps when something is wrong: another corpus, a full disk, a broken log, a hopeless rate.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { python, run, sweepDir } from './python.js';

let dir: string;
beforeAll(async () => {
  await python();
  expect(await run('corpus.py', [])).toMatchObject({ code: 0 });
}, 300_000);
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'offcurve-sweep-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the corpus', () => {
  it('with another checksum is not used; the message names the file and what to type', async () => {
    writeFileSync(join(dir, 'sqlite-3.40.1.txt'), 'not the corpus');
    const { code, stderr } = await run('corpus.py', ['--cache', dir]);
    expect(code).toBe(2);
    expect(stderr).toContain('another checksum');
    expect(stderr).toContain(`rm "${join(dir, 'sqlite-3.40.1.txt')}"`);
  });

  it('from a package with another checksum is not made', async () => {
    writeFileSync(join(dir, 'sqlite3_3.40.1.orig.tar.xz'), 'cut off');
    const { code, stderr } = await run('corpus.py', ['--cache', dir]);
    expect(code).toBe(2);
    expect(stderr).toContain('another checksum');
    expect(existsSync(join(dir, 'sqlite-3.40.1.txt'))).toBe(false);
  });

  it('that cannot be fetched names the one command to type', async () => {
    const nowhere = { http_proxy: 'http://127.0.0.1:1', https_proxy: 'http://127.0.0.1:1', no_proxy: '' };
    const { code, stderr } = await run('corpus.py', ['--cache', dir], nowhere);
    expect(code).toBe(2);
    expect(stderr).toContain(`curl -fo "${join(dir, 'sqlite3_3.40.1.orig.tar.xz')}" http`);
  });
});

describe('the trainer', () => {
  const train = (name: string, ...more: string[]) =>
    run('train.py', ['--run', name, '--size', '12k', '--log-dir', dir, ...more]);

  it('on a full disk ends with the reason; what was written stays', async () => {
    const command = `ulimit -f 8; exec "$0" "$@"`; // blocks of 512 or 1024 bytes: room for some thirty steps
    const args = [join(sweepDir, 'train.py'), '--run', 'full', '--size', '12k', '--steps', '2000', '--log-dir', dir];
    const program = await python();
    // A warm compilation cache writes nothing, so that the limit meets the log alone.
    await train('warm', '--steps', '30');
    const { code, stderr } = await new Promise<{ code: number; stderr: string }>((done) => {
      execFile('sh', ['-c', command, program, ...args], (error, _, stderr) =>
        done({ code: error ? Number(error.code) : 0, stderr }),
      );
    });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('could not be written') });
    expect(readFileSync(join(dir, 'full.jsonl'), 'utf8').split('\n').length).toBeGreaterThan(10);
  }, 120_000);

  it('that diverges at once stops, says at which step, and announces the run as failed', async () => {
    const { code, stderr } = await train('wild', '--learning-rate', '1e12', '--steps', '500');
    expect(code).toBe(3);
    expect(stderr).toMatch(/wild: no finite loss for 50 steps, stopped at step \d+/);
    const last = readFileSync(join(dir, 'wild.jsonl'), 'utf8').trim().split('\n').at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ run: { run: 'wild', status: 'failed' } });
  }, 120_000);

  it('never writes over a run, and names unknown faults', async () => {
    writeFileSync(join(dir, 'there.jsonl'), 'earlier work\n');
    expect(await train('there')).toMatchObject({ code: 2, stderr: expect.stringContaining('there.jsonl exists') });
    expect(readFileSync(join(dir, 'there.jsonl'), 'utf8')).toBe('earlier work\n');
    const { code, stderr } = await train('typo', '--fault', 'divergense@10');
    expect(code).toBe(2);
    expect(stderr).toContain('unknown fault "divergense", use one of: rate-x10');
  });
});

describe('the sweep', () => {
  const list = async () => {
    const { stdout, stderr, code } = await run('sweep.py', ['--list', '--runs', dir]);
    expect(code).toBe(0);
    return { toTrain: [...stdout.matchAll(/^(\S+) +to train$/gm)].map((match) => match[1]), stderr };
  };

  it('keeps what is finished and trains again what is missing, cut off or of another run', async () => {
    cpSync(join(sweepDir, 'runs'), dir, { recursive: true });
    expect(await list()).toEqual({ toTrain: [], stderr: '' });

    rmSync(join(dir, '12k-4m.jsonl.gz'));
    const whole = readFileSync(join(dir, '35k-1m.jsonl.gz'));
    writeFileSync(join(dir, '35k-1m.jsonl.gz'), whole.subarray(0, whole.length / 2));
    cpSync(join(dir, '99k-1m.jsonl.gz'), join(dir, '99k-2m.jsonl.gz'));
    const { toTrain, stderr } = await list();
    expect(new Set(toTrain)).toEqual(new Set(['12k-4m', '35k-1m', '99k-2m']));
    expect(stderr).toContain('35k-1m.jsonl.gz is not whole');
    expect(stderr).toContain('it is of the run 99k-1m');
  });

  it('trains just the runs asked for and says which do not exist', async () => {
    mkdirSync(join(dir, 'runs'));
    const { code, stderr } = await run('sweep.py', ['--runs', join(dir, 'runs'), '--only', '12k-9m']);
    expect(code).toBe(2);
    expect(stderr).toContain('no such run: 12k-9m');
  });
});
