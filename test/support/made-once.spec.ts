import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cleanUp, temporaryFolder } from './host.js';
import { digestOf, KEPT, madeOnce } from './made-once.js';

let name: string;
let made: number;
beforeEach(() => {
  name = `spec-${randomUUID()}`;
  made = 0;
});
afterEach(async () => {
  for (const kept of keptNow()) rmSync(join(KEPT, kept), { recursive: true });
  await cleanUp();
});

const keptNow = (): readonly string[] => readdirSync(KEPT).filter((entry) => entry.startsWith(name));

/** A folder with one file, which says how often one was made. */
async function ask(key: string): Promise<string> {
  const folder = join(temporaryFolder(), 'it');
  await madeOnce(
    name,
    () => key,
    folder,
    async () => {
      made += 1;
      mkdirSync(folder);
      writeFileSync(join(folder, 'file'), `made ${made}`);
    },
  );
  return folder;
}
const fileIn = (folder: string): string => readFileSync(join(folder, 'file'), 'utf8');

describe('a folder that several specs begin with', () => {
  it('is made by the first; each has one of its own to change', async () => {
    const first = await ask('a');
    writeFileSync(join(first, 'file'), 'changed');
    const second = await ask('a');
    writeFileSync(join(second, 'file'), 'changed, too');
    expect([fileIn(await ask('a')), made]).toEqual(['made 1', 1]);
  });

  it('is made once for all who ask at once', async () => {
    const folders = await Promise.all(['a', 'a', 'a'].map(ask));
    expect([folders.map(fileIn), made]).toEqual([['made 1', 'made 1', 'made 1'], 1]);
  });

  it('is made anew under another key, which replaces the one before', async () => {
    await ask('a');
    expect(fileIn(await ask('b'))).toBe('made 2');
    expect(keptNow()).toEqual([`${name}-b`]);
  });

  it('is not kept when it could not be made', async () => {
    const failing = madeOnce(
      name,
      () => 'a',
      temporaryFolder(),
      () => Promise.reject(new Error('no registry')),
    );
    await expect(failing).rejects.toThrow('no registry');
    expect([fileIn(await ask('a')), keptNow()]).toEqual(['made 1', [`${name}-a`]]);
  });
});

describe('what it is made from', () => {
  it('may change while it is made: then it is not kept', async () => {
    let key = 'a';
    const folder = join(temporaryFolder(), 'it');
    await madeOnce(
      name,
      () => key,
      folder,
      async () => {
        mkdirSync(folder);
        key = 'b';
      },
    );
    expect([existsSync(folder), keptNow()]).toEqual([true, []]);
  });

  it('is looked at when its turn has come, not before', async () => {
    let key = 'a';
    const gate = Promise.withResolvers<void>();
    const [first, second] = [join(temporaryFolder(), 'it'), join(temporaryFolder(), 'it')];
    const made = async (folder: string): Promise<void> => {
      await gate.promise;
      mkdirSync(folder);
      writeFileSync(join(folder, 'file'), key);
    };
    const asked = [first, second].map((folder) =>
      madeOnce(
        name,
        () => key,
        folder,
        () => made(folder),
      ),
    );
    key = 'b';
    gate.resolve();
    await Promise.all(asked);
    expect([first, second].map(fileIn)).toEqual(['b', 'b']);
    expect(keptNow()).toEqual([`${name}-b`]);
  });
});

describe('a digest', () => {
  it('is of the paths and contents of files', () => {
    expect(digestOf('test/jest/fixtures')).toMatch(/^[0-9a-f]{16}$/);
    expect(digestOf('test/jest/fixtures')).toBe(digestOf('test/jest/fixtures'));
    expect(digestOf('test/jest/fixtures')).not.toBe(digestOf('test/jest'));
    const one = digestOf('test/jest/fixtures', 'package-lock.json');
    expect([digestOf('test/jest/fixtures'), digestOf('package-lock.json')]).not.toContain(one);
  });
});
