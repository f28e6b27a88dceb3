import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DataDirInUseError } from '@isolith/postgres';

const LOCK_FILE = 'isolith.lock';
const PID_FILE = 'isolith.pid';
/**
 * Only for the instant in which two starters stand in each other's way; a folder that is in use stays so for longer.
 */
const WAIT_MS = 500;
const SQLITE_BUSY = 5;

/**
 * The right to use a data folder: one holder at a time, gone with its process however that ends.
 *
 * It is the operating system's lock on a file in the folder, taken through SQLite, which knows how on each platform.
 * Unlike a listening socket it leaves nothing stale behind, so there is no takeover to race for; it has no limit on the
 * path's length; and it is seen from another container on the same volume. SQLite also keeps two holders of one process
 * apart. The lock would be lost if this process opened and closed the lock file by other means: nothing here does.
 */
export class DataDirLock {
  readonly #dataDir: string;
  readonly #database: DatabaseSync;

  private constructor(dataDir: string, database: DatabaseSync) {
    this.#dataDir = dataDir;
    this.#database = database;
  }

  /** @throws DataDirInUseError if somebody else holds it */
  static acquire(dataDir: string): DataDirLock {
    // Not imported: whoever needs no lock would hear on Node 22 that it is experimental, and an older Node that lacks
    // it would say nothing else.
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const database = new DatabaseSync(join(dataDir, LOCK_FILE), { timeout: WAIT_MS });
    try {
      // An open exclusive transaction that never writes: the lock is all that it is for.
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (isBusy(error)) throw new DataDirInUseError(dataDir, readPid(dataDir));
      throw error;
    }
    // Only so that a refused second process can say whom to stop.
    writeFileSync(join(dataDir, PID_FILE), String(process.pid));
    return new DataDirLock(dataDir, database);
  }

  release(): void {
    rmSync(join(this.#dataDir, PID_FILE), { force: true });
    this.#database.close();
  }
}

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function readPid(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataDir, PID_FILE), 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    // The holder is about to write it, or just removed it: the refusal is right without it.
    return undefined;
  }
}
