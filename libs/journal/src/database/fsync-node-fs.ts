import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * What the engine asks of the disk. After `file` returned, what was written to it before survives a power loss; after `directory`, so do
 * the names in it. A failure throws the error of `node:fs`; the engine then stops rather than believe a lost write. A test of power loss
 * takes its copies here.
 */
export interface DiskSync {
  file(fd: number, path: string): void;
  directory(path: string): void;
}

export const diskSync: DiskSync = {
  file: (fd) => fdatasyncSync(fd),
  directory: (path) => {
    // Windows cannot open a directory for this, and its file system logs names itself.
    if (process.platform === 'win32') return;
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
};

/** The parts of the compiled engine that its published types leave out. */
interface EngineFileSystem {
  readonly FS: { isDir(mode: number): boolean };
  readonly NODEFS: {
    readonly stream_ops: { fsync?: (stream: OpenStream) => number };
    realPath(node: OpenStream['node']): string;
    /** Turns an error of `node:fs` into an errno that the engine understands. */
    tryFSOperation(operation: () => void): void;
  };
}
interface OpenStream {
  readonly nfd: number;
  readonly node: { readonly mode: number };
}

function hasNodeFs(engine: object): engine is EngineFileSystem {
  if (!('NODEFS' in engine) || typeof engine.NODEFS !== 'object' || engine.NODEFS === null) return false;
  const fs = engine.NODEFS;
  return 'stream_ops' in fs && 'realPath' in fs && 'tryFSOperation' in fs;
}

/**
 * A folder of this machine as PGlite's disk, with an fsync that syncs: the one it comes with does nothing, so that a COMMIT would only
 * be in the memory of the operating system. Needs `-c wal_sync_method=fsync`, since the engine's fdatasync never reaches a file system.
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
      if (!hasNodeFs(engine)) throw new Error('This build of PGlite has no NODEFS to hook: a commit could not be put on disk.');
      const { FS, NODEFS } = engine;
      NODEFS.stream_ops.fsync = (stream) => {
        NODEFS.tryFSOperation(() => {
          const path = NODEFS.realPath(stream.node);
          if (FS.isDir(stream.node.mode)) sync.directory(path);
          else sync.file(stream.nfd, path);
        });
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...[emscriptenOpts.preRun ?? []].flat(), hook] } };
  }
}
