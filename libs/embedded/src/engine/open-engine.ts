import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { tellable } from '@isolith/contracts';
import { DataDirLock } from '../folder/data-dir-lock.js';
import type { Tell } from '@isolith/postgres';
import { openingDataDir } from '@isolith/postgres/internal';
import { diskSync, type DiskSync } from '../disk/disk.js';
import { durableParams, memoryParams } from './engine-settings.js';
import { FsyncNodeFS } from '../disk/fsync-node-fs.js';
import { ensureCluster } from '../folder/new-cluster.js';
import { ImageStore } from './image-store.js';
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
export function openFolder(folder: string, onProgress: Tell, sync: DiskSync = diskSync): Promise<OpenEngine> {
  return openingDataDir(folder, () => open(folder, onProgress, sync));
}

async function open(folder: string, onProgress: Tell, sync: DiskSync): Promise<OpenEngine> {
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

/** A fresh database's files; undefined until the first one in memory was opened. */
let image: Blob | undefined;

/** Small log segments: nothing is ever recovered from them, and they are most of the image. */
const IN_MEMORY = ['--wal-segsize=1'];

/**
 * `store`: where the files of a fresh database are kept; default: beside the engine's package. Files that the engine
 * does not start on are made anew, so what is kept is never needed; `tell` is told why, since each such start is slow.
 */
export async function openInMemory(tell: Tell, store?: ImageStore): Promise<OpenEngine> {
  if (image !== undefined) return opened(await startOn(image));
  const kept = store ?? (await ImageStore.besideEngine([...memoryParams(), ...IN_MEMORY]));
  const found = await kept?.read();
  const started = found === undefined ? undefined : await startOrTell(found, tell);
  if (started !== undefined) {
    image = found;
    return opened(started);
  }
  const fresh = await RunningEngine.start({ ...memory(), initDbStartParams: IN_MEMORY }, 'memory');
  await fresh.pglite.exec('CHECKPOINT');
  image = await fresh.pglite.dumpDataDir('none');
  await kept?.keep(image);
  return opened(fresh);
}

const memory = () => ({ dataDir: 'memory://', startParams: memoryParams() });

const startOn = (files: Blob): Promise<RunningEngine> =>
  RunningEngine.start({ ...memory(), loadDataDir: files }, 'memory');

async function startOrTell(files: Blob, tell: Tell): Promise<RunningEngine | undefined> {
  try {
    return await startOn(files);
  } catch (error) {
    const why = tellable(error).message;
    tell(`the kept files of a fresh database can't be started on and are made anew: ${why}`);
    return undefined;
  }
}

const opened = (engine: RunningEngine): OpenEngine => ({ engine, stop: () => engine.close() });
