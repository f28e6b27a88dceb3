import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCluster } from '../../libs/embedded/src/folder/new-cluster.js';
import { temporaryFolder } from './host.js';
import { digestOf, madeOnce } from './made-once.js';

const madeFrom = (): string => digestOf('node_modules/@electric-sql/pglite', 'libs/embedded/src/folder/new-cluster.ts');

/**
 * A data folder that no host has used: it holds the files of an empty database, as a host makes them, and nothing else.
 * A host that finds none makes them, which takes longer than the rest of its start; specs that are about a first start
 * give it a folder that is empty.
 */
export async function newDataDir(): Promise<string> {
  const dataDir = join(temporaryFolder(), 'data');
  await madeOnce('database', madeFrom, dataDir, async () => {
    mkdirSync(dataDir, { mode: 0o700 });
    await ensureCluster(dataDir, () => undefined);
  });
  return dataDir;
}
