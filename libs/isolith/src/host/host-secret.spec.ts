import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HostSecret } from './host-secret.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'isolith-secret-')), 'data');
});
afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }));

const opened = async (given?: string): Promise<HostSecret> => {
  const secret = new HostSecret({ given, dataDir });
  await secret.open();
  return secret;
};

describe('the secret of a single process', () => {
  it('is made once, kept for the owner only, and found again', async () => {
    const first = (await opened()).key('x');
    expect((await opened()).key('x').equals(first)).toBe(true);
    expect((await stat(join(dataDir, 'auth-secret'))).mode & 0o777).toBe(0o600);
  });

  it('is the same for two that open at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => opened()));
    expect(all.every((one) => all[0]?.key('x').equals(one.key('x')))).toBe(true);
    expect(await readdir(dataDir)).toEqual(['auth-secret']);
  });

  it("that is broken is refused with the file's name, not its content", async () => {
    await opened();
    await writeFile(join(dataDir, 'auth-secret'), 'hunter2');
    const refused = await opened().catch((error: unknown) => String(error));
    expect(refused).toContain(join(dataDir, 'auth-secret'));
    expect(refused).not.toContain('hunter2');
  });
});

it('in a folder that is a file names the variable, the path and what to do (fault 38)', async () => {
  await mkdir(join(dataDir, '..'), { recursive: true });
  await writeFile(dataDir, '');
  await expect(opened()).rejects.toThrow(
    `DATA_DIR: ${dataDir} can not be used: there is a file where a folder should be`,
  );
});

it('a given secret touches no disk', async () => {
  const secret = await opened('s'.repeat(32));
  expect(secret.key('x').symmetricKeySize).toBe(32);
  await expect(readFile(join(dataDir, 'auth-secret'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('the secret of a host that keeps nothing is new each time', async () => {
  const [one, other] = [
    new HostSecret({ given: undefined, dataDir: 'memory://' }),
    new HostSecret({ given: undefined, dataDir: 'memory://' }),
  ];
  await Promise.all([one.open(), other.open()]);
  expect(one.key('x').equals(other.key('x'))).toBe(false);
});

it('gives no key before it is open', () => {
  expect(() => new HostSecret({ given: 's'.repeat(32), dataDir }).key('x')).toThrow('not opened');
});
