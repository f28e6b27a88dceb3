import type { ConnectionSource } from '../connections/connection-source.js';
import type { EmbeddedEngine, Tell } from '../targets/embedded-engine.js';
import { installedEngine } from '../targets/installed-engine.js';
import { MEMORY, type DatabaseTarget } from '../targets/target.js';
import { PostgresSource, type PostgresLimits } from './postgres-source.js';
import { SharedPool } from './shared-pool.js';

export interface SourceOptions extends PostgresLimits {
  readonly tell: Tell;
  /** See DatabasesOptions. */
  readonly embedded?: EmbeddedEngine | undefined;
  /** Of the driver; default: the installed one's. */
  readonly version?: string | undefined;
}

/**
 * All connections to a target. A server is not asked yet: that is the first checkout's.
 * @throws DataDirInUseError
 * @throws DatabaseRefusedError if an embedded engine is asked for and none is installed
 */
export async function openSource(
  target: DatabaseTarget,
  { tell, embedded, version, ...limits }: SourceOptions,
): Promise<ConnectionSource> {
  if (target.kind === 'postgres' && target.shared !== undefined)
    return new SharedPool(target.shared.dataSource, limits.waitMs, version);
  if (target.kind === 'postgres') return new PostgresSource(target.url, target.poolSize, tell, limits, version);
  const engine = embedded ?? (await installedEngine(target.dataDir));
  return target.dataDir === MEMORY ? engine.openInMemory(tell) : engine.openFolder(target.dataDir, tell);
}
