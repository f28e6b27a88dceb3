import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dataDirRefusal } from '@isolith/postgres/internal';
import { DataDirRefusedError } from '@isolith/postgres';
import { openFolder } from './open-engine.js';

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isolith-refusal-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Whoever may do everything is refused nothing. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

const refused = async (dataDir: string): Promise<string> => {
  const thrown: unknown = await asNobody(() => openFolder(dataDir, () => undefined)).catch((error: unknown) => error);
  if (!(thrown instanceof DataDirRefusedError)) throw thrown;
  return thrown.message;
};

describe('a data folder that can not be used names the variable, the path, and what to do (fault 38)', () => {
  it('when it is a file, or lies below one', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const dataDir of [file, join(file, 'data')])
      expect(await refused(dataDir)).toMatch(
        new RegExp(`^DATA_DIR: ${dataDir} can not be used.*: there is a file where a folder should be; name a folder$`),
      );
  });

  it('when it is of another user, read-only, or may not be made', async () => {
    const theirs = join(folder, 'theirs');
    mkdirSync(theirs, { mode: 0o500 });
    const readOnly = join(folder, 'read-only');
    mkdirSync(readOnly);
    if (isRoot) chownSync(readOnly, NOBODY, NOBODY);
    chmodSync(readOnly, 0o500);
    for (const dataDir of [theirs, readOnly, join(theirs, 'data'), join(readOnly, 'deep', 'data')])
      expect(await refused(dataDir)).toMatch(
        new RegExp(
          `^DATA_DIR: ${dataDir} can not be used.*: user \\d+ may not write there \\(.* belongs to user \\d+\\); give it to`,
        ),
      );
  });

  it('when only a file in it is of another user', async () => {
    if (!isRoot) return;
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    chownSync(dataDir, NOBODY, NOBODY);
    writeFileSync(join(dataDir, 'isolith.lock'), '', { mode: 0o600 });
    expect(await refused(dataDir)).toMatch(/^DATA_DIR: .* user 65534 may not write there/);
  });

  it('when a link on the way leads nowhere', async () => {
    const dataDir = join(folder, 'link');
    symlinkSync(join(folder, 'gone', 'data'), dataDir);
    expect(await refused(dataDir)).toMatch(/^DATA_DIR: .*link can not be used/);
  });

  it.each([
    ['EROFS', /read-only; mount it writable/],
    ['ENOSPC', /disk is full.*make room/],
    ['EDQUOT', /quota used up/],
    ['ENAMETOOLONG', /too long/],
  ])('when the system says %s', (code, said) => {
    const error = Object.assign(new Error(code), { code, path: join(folder, 'postgres', 'base') });
    expect(dataDirRefusal(folder, error)?.message).toMatch(said);
    expect(dataDirRefusal(folder, error)?.message).toContain(
      `DATA_DIR: ${folder} can not be used (at ${folder}/postgres/base): `,
    );
  });

  it('and an error that is about something else stays what it is', () => {
    expect(dataDirRefusal(folder, Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toBeUndefined();
    expect(dataDirRefusal(folder, new Error('x'))).toBeUndefined();
  });
});
