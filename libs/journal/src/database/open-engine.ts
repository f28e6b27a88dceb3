import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DataDirLock } from './data-dir-lock.js';
import { openingDataDir } from './data-dir-refusal.js';
import { diskSync, type DiskSync } from './disk.js';
import { durableParams, memoryParams } from './engine-settings.js';
import { FsyncNodeFS } from './fsync-node-fs.js';
import { ensureCluster } from './new-cluster.js';
import { RunningEngine } from './running-engine.js';

/** An engine and what ends it. */
export interface OpenEngine {
  readonly engine: RunningEngine;
  /** Stops the engine, then frees the folder. Called once. */
  readonly stop: () => Promise<void>;
}

/**
 * @throws DataDirInUseError if another process runs on this folder
 * @throws DataDirRefusedError if the folder can't be used
 */
export function openFolder(
  folder: string,
  onProgress: (line: string) => void,
  sync: DiskSync = diskSync,
): Promise<OpenEngine> {
  return openingDataDir(folder, () => open(folder, onProgress, sync));
}

async function open(folder: string, onProgress: (line: string) => void, sync: DiskSync): Promise<OpenEngine> {
  const dataDir = resolve(folder);
  makeFolder(dataDir, sync);
  const lock = DataDirLock.acquire(dataDir);
  try {
    const cluster = await ensureCluster(dataDir, onProgress, sync);
    const engine = await RunningEngine.start(
      { fs: new FsyncNodeFS(cluster, sync), startParams: durableParams() },
      dataDir,
    );
    const stop = async (): Promise<void> => {
      try {
        await engine.close();
      } finally {
        lock.release();
      }
    };
    return { engine, stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A folder is on disk when the one that it is in has been told so; new are all from the first that was not there. */
function makeFolder(folder: string, sync: DiskSync): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) sync.directory(dirname(made));
}

/**
 * A fresh database's files, from the first in memory that was opened; the next ones begin with them, in a fifth of the
 * time.
 */
let image: Blob | undefined;

export async function openInMemory(): Promise<OpenEngine> {
  const options = { dataDir: 'memory://', startParams: memoryParams() };
  if (image !== undefined) {
    const engine = await RunningEngine.start({ ...options, loadDataDir: image }, 'memory');
    return { engine, stop: () => engine.close() };
  }
  // Small log segments: nothing is ever recovered from them, and they are most of the image.
  const engine = await RunningEngine.start({ ...options, initDbStartParams: ['--wal-segsize=1'] }, 'memory');
  await engine.pglite.exec('CHECKPOINT');
  image = await engine.pglite.dumpDataDir('none');
  return { engine, stop: () => engine.close() };
}
