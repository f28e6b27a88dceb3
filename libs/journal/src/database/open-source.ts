import type { ConnectionSource } from './connection-source.js';
import type { DiskSync } from './disk.js';
import { openFolder, openInMemory } from './open-engine.js';
import { PgliteSource } from './pglite-source.js';
import { PostgresSource, type PostgresLimits } from './postgres-source.js';
import { SharedPool } from './shared-pool.js';
import { MEMORY, type DatabaseTarget } from './target.js';

export interface SourceOptions extends PostgresLimits {
  /** One line for a human. */
  readonly tell: (line: string) => void;
  /** See DatabasesOptions. */
  readonly diskSync?: DiskSync | undefined;
}

/** All connections to a target. A server is not asked yet: that is the first checkout's. @throws DataDirInUseError */
export async function openSource(
  target: DatabaseTarget,
  { tell, diskSync, ...limits }: SourceOptions,
): Promise<ConnectionSource> {
  if (target.kind === 'postgres' && target.shared !== undefined)
    return new SharedPool(target.shared.dataSource, limits.waitMs);
  if (target.kind === 'postgres') return new PostgresSource(target.url, target.poolSize, tell, limits);
  const open = target.dataDir === MEMORY ? await openInMemory() : await openFolder(target.dataDir, tell, diskSync);
  return new PgliteSource(open, tell);
}
