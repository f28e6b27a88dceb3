import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CLUSTER } from '@isolith/postgres/internal';
import { diskSync, type DiskSync } from '../disk/disk.js';

const UNFINISHED = 'postgres.new-';
const CREATE_WITHIN_MS = 120_000;

/**
 * Creates the engine's files in a process of its own: it takes several hundred megabytes for two seconds, which a
 * long-lived process would not give back.
 */
const CREATE = `
const { PGlite } = await import(process.argv[1]);
const pg = await PGlite.create(process.argv[2], { initDbStartParams: ['--no-sync'] });
await pg.close();
`;

/**
 * The folder with the engine's files inside `dataDir`, created if there is none yet. It appears whole or not at all: it
 * is made beside its place, put on disk, and then renamed, so a start that was killed or lost its power leaves only
 * what the next one clears away. The caller holds the folder's lock.
 */
export async function ensureCluster(
  dataDir: string,
  onProgress: (line: string) => void,
  sync: DiskSync = diskSync,
): Promise<string> {
  const cluster = join(dataDir, CLUSTER);
  if (existsSync(join(cluster, 'PG_VERSION'))) return cluster;
  if (existsSync(cluster))
    throw new Error(`${cluster} is there but holds no database: move it away, or set DATA_DIR to another folder.`);
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(UNFINISHED)) await rm(join(dataDir, name), { recursive: true, force: true });
  }
  onProgress(`creating the embedded database in ${dataDir}`);
  const unfinished = await mkdtemp(join(dataDir, UNFINISHED));
  await create(unfinished);
  await syncTree(unfinished, sync);
  await rename(unfinished, cluster);
  sync.directory(dataDir);
  return cluster;
}

function create(folder: string): Promise<void> {
  const engine = import.meta.resolve('@electric-sql/pglite');
  const child = spawn(process.execPath, ['--input-type=module', '-e', CREATE, engine, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {},
    timeout: CREATE_WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(
            `The embedded database could not be created in ${folder} (${signal ?? `exit code ${code}`}): ${complaint.trim()}`,
          ),
        );
    });
  });
}

/** The engine trusts files that it finds to be on disk, and a copy is not until it is told to. */
async function syncTree(root: string, sync: DiskSync): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const pathOf = ({ parentPath, name }: (typeof entries)[number]): string => join(parentPath, name);
  await sync.files(entries.filter((entry) => entry.isFile()).map(pathOf));
  for (const entry of entries) if (entry.isDirectory()) sync.directory(pathOf(entry));
  sync.directory(root);
}
