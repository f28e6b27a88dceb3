import { NodeFS } from '@electric-sql/pglite/nodefs';
import { diskSync, type DiskSync } from './disk.js';
import { hasNodeFs } from './engine-files.js';
import { reportContents, reportNames } from './report-changes.js';
import { UnsyncedFolders } from './unsynced-folders.js';

/**
 * A folder of this machine as PGlite's disk, with an fsync that syncs: the one it comes with does nothing, so that a
 * COMMIT would only be in the memory of the operating system. Before a file, all names are synced that have changed.
 * Needs `-c wal_sync_method=fsync`, since the engine's fdatasync never reaches a file system.
 */
export class FsyncNodeFS extends NodeFS {
  readonly #sync: DiskSync;

  constructor(dataDir: string, sync: DiskSync = diskSync) {
    super(dataDir);
    this.#sync = sync;
  }

  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const sync = this.#sync;
    const hook = (engine: object): void => {
      if (!hasNodeFs(engine))
        throw new Error('This build of PGlite has no NODEFS to hook: a commit could not be put on disk.');
      const { FS, NODEFS } = engine;
      const folders = new UnsyncedFolders();
      NODEFS.stream_ops.fsync = (stream) => {
        NODEFS.tryFSOperation(() => {
          const path = NODEFS.realPath(stream.node);
          if (FS.isDir(stream.node.mode)) {
            sync.directory(path);
            folders.synced(path);
          } else {
            folders.sync((folder) => sync.directory(folder));
            sync.file(stream.nfd, path);
          }
        });
        return 0;
      };
      reportNames(NODEFS, (change) => {
        folders.changed(change);
        sync.changed?.(change);
      });
      if (sync.changed !== undefined) reportContents(NODEFS, (change) => sync.changed?.(change));
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...[emscriptenOpts.preRun ?? []].flat(), hook] } };
  }
}
