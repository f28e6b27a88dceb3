import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What POSIX lets a power cut tear: the least that a disk writes whole. */
const BLOCK = 4_096;

/** A file as it would be found after a power cut: what was synced, and where it was written to since. */
export class DurableFile {
  private dirty: (readonly [from: number, to: number])[] = [];

  /** `content`: what is on disk. Without it nothing is yet, whatever the file holds. */
  constructor(private content: Buffer = Buffer.alloc(0)) {}

  static from(path: string): DurableFile {
    const file = new DurableFile();
    file.touched(0, Infinity);
    file.sync(path);
    return file;
  }

  touched(from: number, to: number): void {
    const last = this.dirty.at(-1);
    // Logs are written on and on: most writes go on where the last one ended.
    if (last !== undefined && last[1] === from) this.dirty[this.dirty.length - 1] = [last[0], to];
    else this.dirty.push([from, to]);
  }

  sync(path: string): void {
    const real = openSync(path, 'r');
    try {
      const { size } = fstatSync(real);
      const known = this.content.length;
      if (known !== size) {
        const resized = Buffer.alloc(size);
        this.content.copy(resized);
        this.content = resized;
      }
      if (size > known) this.dirty.push([known, size]);
      for (const [from, to] of this.dirty) read(real, this.content, from, Math.min(to, size));
      this.dirty = [];
    } finally {
      closeSync(real);
    }
  }

  /**
   * What a cut leaves: what was synced, and of the rest the blocks that `arrives` says, from the real file at `path`.
   */
  afterCut(path: string | undefined, arrives: () => boolean): Buffer {
    if (path === undefined || this.dirty.length === 0) return this.content;
    const real = openSync(path, 'r');
    try {
      const { size } = fstatSync(real);
      const left = Buffer.alloc(arrives() ? size : this.content.length);
      this.content.copy(left);
      for (const [from, to] of this.dirty) {
        for (let at = from - (from % BLOCK); at < Math.min(to, left.length, size); at += BLOCK) {
          if (arrives()) read(real, left, at, Math.min(at + BLOCK, left.length, size));
        }
      }
      return left;
    } finally {
      closeSync(real);
    }
  }
}

function read(real: number, into: Buffer, from: number, to: number): void {
  for (let at = from; at < to;) {
    const got = readSync(real, into, at, to - at, at);
    if (got === 0) break;
    at += got;
  }
}
