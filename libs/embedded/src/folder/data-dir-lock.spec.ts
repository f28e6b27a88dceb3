import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirLock } from './data-dir-lock.js';
import { DataDirInUseError } from '@isolith/postgres';

/** Waits for a line on stdin, takes the lock, says what came of it, and stays until it is killed. */
const STARTER = `
const { DataDirLock } = await import(process.argv[1]);
process.stdout.write('ready\\n');
process.stdin.once('data', () => {
  try { globalThis.lock = DataDirLock.acquire(process.argv[2]); process.stdout.write('won\\n'); }
  catch (error) { process.stdout.write(error.name + '\\n'); }
});
`;

class Starter {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(folder: string) {
    const lock = new URL('./data-dir-lock.ts', import.meta.url).href;
    const args = [
      '--conditions=@isolith/source',
      '--import',
      '@swc-node/register/esm-register',
      '--input-type=module',
      '-e',
      STARTER,
      lock,
      folder,
    ];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }
  async says(): Promise<string> {
    const { value, done } = await this.#lines.next();
    return done === true ? 'nothing' : value;
  }
  go(): void {
    this.#child.stdin?.write('go\n');
  }
  get pid(): number | undefined {
    return this.#child.pid;
  }
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

describe('DataDirLock', () => {
  let folder: string;
  let starters: Starter[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'isolith-lock-'));
    starters = [];
  });
  afterEach(async () => {
    await Promise.all(starters.map((starter) => starter.kill()));
    rmSync(folder, { recursive: true });
  });

  const starter = async (at = folder): Promise<Starter> => {
    const one = new Starter(at);
    starters.push(one);
    expect(await one.says()).toBe('ready');
    return one;
  };

  it('refuses a second holder in the same process, and is free again after release', () => {
    const first = DataDirLock.acquire(folder);
    expect(() => DataDirLock.acquire(folder)).toThrow(DataDirInUseError);
    first.release();
    DataDirLock.acquire(folder).release();
  });

  it('refuses another process in one line that names the folder, the holder and the way out', async () => {
    const holder = await starter();
    holder.go();
    expect(await holder.says()).toBe('won');
    expect(() => DataDirLock.acquire(folder)).toThrow(
      `The data folder ${folder} is in use by process ${holder.pid}: stop that one first, or set DATA_DIR to another folder.`,
    );
  });

  it('is free at once when its holder is killed', async () => {
    const holder = await starter();
    holder.go();
    expect(await holder.says()).toBe('won');
    await holder.kill();
    const lock = DataDirLock.acquire(folder);
    expect(readFileSync(join(folder, 'isolith.pid'), 'utf8')).toBe(String(process.pid));
    lock.release();
  });

  it('has exactly one winner among four that start together, round after round', async () => {
    for (let round = 0; round < 3; round += 1) {
      const racing = await Promise.all([starter(), starter(), starter(), starter()]);
      for (const one of racing) one.go();
      const said = await Promise.all(racing.map((one) => one.says()));
      expect(said.toSorted()).toEqual(['DataDirInUseError', 'DataDirInUseError', 'DataDirInUseError', 'won']);
      // All are killed, the winner too: the next round begins with what a crash leaves behind.
      await Promise.all(racing.map((one) => one.kill()));
    }
  });

  it('takes a path far longer than a socket address', () => {
    const deep = join(folder, 'd'.repeat(120), 'e'.repeat(120));
    mkdirSync(deep, { recursive: true });
    const lock = DataDirLock.acquire(deep);
    expect(() => DataDirLock.acquire(deep)).toThrow(DataDirInUseError);
    lock.release();
  });
});
