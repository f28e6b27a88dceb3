import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the engine's files, inside of the data folder. */
export const CLUSTER = 'postgres';

/** Whether the folder holds an embedded database. */
export const holdsEmbeddedData = (dataDir: string): boolean =>
  existsSync(join(resolve(dataDir), CLUSTER, 'PG_VERSION'));
