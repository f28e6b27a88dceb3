import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ImageStore } from './image-store.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isolith-image-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/**
 * Opens a database in memory in a process of its own, which keeps its files in `file`, and says which tables it has,
 * and what it told. Whoever comes later finds `table` in the files that are kept.
 */
function tablesIn(file: string, table: string): unknown {
  const code = `
    const { ImageStore } = await import(${JSON.stringify(join(import.meta.dirname, 'image-store.ts'))});
    const { openInMemory } = await import(${JSON.stringify(join(import.meta.dirname, 'open-engine.ts'))});
    const store = new ImageStore(${JSON.stringify(file)});
    const told = [];
    const { engine, stop } = await openInMemory((line) => told.push(line), store);
    const { rows } = await engine.pglite.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace");
    console.log(JSON.stringify({ tables: rows.map(({ relname }) => relname), kept: await store.read() !== undefined, told }));
    await engine.pglite.exec('CREATE TABLE ${table} (id int)');
    await store.keep(await engine.pglite.dumpDataDir('none'));
    await stop();`;
  const flags = ['--conditions=@isolith/source', '--import', '@swc-node/register/esm-register', '--input-type=module'];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', code], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('the files of a fresh database in memory', () => {
  it('are kept by the first process, and the next one starts on them', () => {
    const file = join(folder, 'cache', 'image.tar');
    expect(tablesIn(file, 'mark')).toEqual({ tables: [], kept: true, told: [] });
    expect(readdirSync(join(folder, 'cache'))).toEqual(['image.tar']);
    expect(tablesIn(file, 'other')).toEqual({ tables: ['mark'], kept: true, told: [] });
  });

  it.each([
    ['no archive at all', 'no archive'],
    ['nothing', ''],
  ])('are made anew, and kept so, where what was kept is %s; it is told why', (_, damaged) => {
    const file = join(folder, 'image.tar');
    writeFileSync(file, damaged);
    const why = /^the kept files of a fresh database can't be started on and are made anew: ./;
    expect(tablesIn(file, 'mark')).toEqual({ tables: [], kept: true, told: [expect.stringMatching(why)] });
    expect(tablesIn(file, 'other')).toEqual({ tables: ['mark'], kept: true, told: [] });
  });

  it('are made anew where they can’t be kept', async () => {
    writeFileSync(join(folder, 'cache'), 'a file where a folder should be');
    const store = new ImageStore(join(folder, 'cache', 'image.tar'));
    await store.keep(new Blob(['all']));
    expect(await store.read()).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['cache']);
  });

  it('are kept whole by one of several at once', async () => {
    const store = new ImageStore(join(folder, 'image.tar'));
    const large = ['a', 'b', 'c'].map((letter) => letter.repeat(1_000_000));
    await Promise.all(large.map((text) => store.keep(new Blob([text]))));
    expect(large).toContain(await (await store.read())?.text());
    expect(readdirSync(folder)).toEqual(['image.tar']);
  });

  it('take the place of what processes that were killed, and former versions, left behind', async () => {
    const file = `memory-${'a'.repeat(16)}.tar`;
    const draft = (nth: number): string => `${file}.00000000-0000-4000-8000-00000000000${nth}`;
    const former = (letter: string): string => `memory-${letter.repeat(16)}.tar`;
    const lastChanged: readonly (readonly [name: string, hoursAgo: number])[] = [
      [draft(1), 2],
      [draft(2), 0.5],
      [`${former('b')}.00000000-0000-4000-8000-000000000003`, 2],
      [former('b'), 31 * 24],
      [former('c'), 29 * 24],
      ['memory.tar', 31 * 24],
      ['notes.txt', 31 * 24],
      [`${file}.old`, 31 * 24],
    ];
    for (const [name, hoursAgo] of lastChanged) {
      const at = Date.now() / 1_000 - hoursAgo * 3_600;
      writeFileSync(join(folder, name), 'left behind');
      utimesSync(join(folder, name), at, at);
    }
    await new ImageStore(join(folder, file)).keep(new Blob(['all']));
    expect(readdirSync(folder).toSorted()).toEqual(
      [file, draft(2), former('c'), 'memory.tar', 'notes.txt', `${file}.old`].toSorted(),
    );
  });

  it('are looked for beside the engine, by what they are made with', async () => {
    const [one, same, other] = await Promise.all(
      [['a'], ['a'], ['b']].map((madeWith) => ImageStore.besideEngine(madeWith)),
    );
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(JSON.stringify(one)).toMatch(/node_modules\/\.cache\/isolith\/memory-[0-9a-f]{16}\.tar/);
  });
});
