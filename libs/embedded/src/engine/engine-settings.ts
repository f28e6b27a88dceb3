import { PGlite } from '@electric-sql/pglite';

/**
 * One session, one process, rows of a shop: the defaults of a server would only cost memory. The operating system
 * caches the files, so a small buffer pool loses little; what it saves is resident in full from the first minutes on.
 */
const SMALL = [
  'shared_buffers=8MB',
  'wal_buffers=1MB',
  'work_mem=4MB',
  'maintenance_work_mem=16MB',
  'temp_buffers=1MB',
  'max_connections=5',
  'max_prepared_transactions=0',
  'max_locks_per_transaction=64',
];

const settings = (lines: readonly string[]): string[] => lines.flatMap((line) => ['-c', line]);

/** `-F` is what makes a commit not wait for the disk: right for memory, wrong for a folder. */
export const memoryParams = (): string[] => [...PGlite.defaultStartParams, ...settings(SMALL)];

/** With FsyncNodeFS: COMMIT means on disk. */
export const durableParams = (): string[] => [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...settings([...SMALL, 'wal_sync_method=fsync']),
];
