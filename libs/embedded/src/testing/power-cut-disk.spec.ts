import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PowerCutDisk, type Arrives } from './power-cut-disk.js';

let place: string;
let real: string;
let disk: PowerCutDisk;
let cuts = 0;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'isolith-disk-'));
  real = join(place, 'real');
  mkdirSync(real);
  writeFileSync(join(real, 'old'), 'before');
  disk = new PowerCutDisk(real);
});
afterEach(() => rmSync(place, { recursive: true }));

/** The folder as a cut leaves it. */
const left = (arrives?: Arrives): string => {
  const folder = join(place, `cut-${(cuts += 1)}`);
  disk.leave(folder, arrives);
  return folder;
};
const create = (name: string): string => {
  const path = join(real, name);
  writeFileSync(path, '');
  disk.changed({ kind: 'created', path });
  return path;
};
const write = (path: string, at: number, text: string): void => {
  const fd = openSync(path, 'r+');
  const written = writeSync(fd, text, at);
  disk.changed({ kind: 'written', fd, from: at, to: at + written });
  closeSync(fd);
};

describe('PowerCutDisk', () => {
  it('keeps what was there at first, and of later writes those that were synced', () => {
    const old = join(real, 'old');
    write(old, 6, ' one');
    disk.file(0, old);
    write(old, 10, ' two');
    expect(readFileSync(join(left(), 'old'), 'utf8')).toBe('before one');
    expect(
      readFileSync(
        join(
          left(() => true),
          'old',
        ),
        'utf8',
      ),
    ).toBe('before one two');
  });

  it('knows a name only after a sync of its directory, and its content only after one of the file', () => {
    const path = create('new');
    write(path, 0, 'text');
    disk.file(0, path);
    expect(readdirSync(left())).toEqual(['old']);
    const other = create('other');
    write(other, 0, 'text');
    disk.directory(real);
    const after = left();
    expect([readFileSync(join(after, 'new'), 'utf8'), readFileSync(join(after, 'other'), 'utf8')]).toEqual([
      'text',
      '',
    ]);
  });

  it('keeps the old name, and removed files, until the directory is synced', () => {
    const path = create('draft');
    disk.directory(real);
    renameSync(path, join(real, 'final'));
    disk.changed({ kind: 'renamed', path, to: join(real, 'final') });
    unlinkSync(join(real, 'old'));
    disk.changed({ kind: 'removed', path: join(real, 'old') });
    const before = left();
    expect([readdirSync(before).toSorted(), readFileSync(join(before, 'old'), 'utf8')]).toEqual([
      ['draft', 'old'],
      'before',
    ]);
    disk.directory(real);
    expect(readdirSync(left())).toEqual(['final']);
  });

  it('forgets what was cut off, and fills what grew again with nothing', () => {
    const old = join(real, 'old');
    const fd = openSync(old, 'r+');
    for (const size of [2, 6]) {
      ftruncateSync(fd, size);
      disk.changed({ kind: 'resized', path: old });
    }
    closeSync(fd);
    expect(readFileSync(join(left(), 'old'), 'utf8')).toBe('before');
    disk.file(0, old);
    expect(readFileSync(join(left(), 'old'), 'utf8')).toBe('be\0\0\0\0');
  });

  it('loses a folder whose parent was not synced, with all that was synced inside', () => {
    mkdirSync(join(real, 'folder'));
    writeFileSync(join(real, 'folder', 'in'), 'text');
    disk.file(0, join(real, 'folder', 'in'));
    disk.directory(join(real, 'folder'));
    expect(existsSync(join(left(), 'folder'))).toBe(false);
    disk.directory(real);
    expect(readFileSync(join(left(), 'folder', 'in'), 'utf8')).toBe('text');
  });

  it('counts moments, and cuts before the sync that is the one', () => {
    const old = join(real, 'old');
    let cut = '';
    disk.at(2, () => (cut = left()));
    write(old, 0, 'B');
    disk.file(0, old);
    expect([disk.moments, readFileSync(join(cut, 'old'), 'utf8')]).toEqual([2, 'before']);
    expect(readFileSync(join(left(), 'old'), 'utf8')).toBe('Before');
  });
});
