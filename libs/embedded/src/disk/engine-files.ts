/** The parts of the compiled engine that its published types leave out. */
export interface EngineFileSystem {
  readonly FS: { isDir(mode: number): boolean };
  readonly NODEFS: NodeFiles;
}
export interface FileNode {
  readonly mode: number;
}
export interface OpenStream {
  readonly nfd: number;
  readonly node: FileNode;
}
export interface NodeFiles {
  readonly stream_ops: {
    fsync?: (stream: OpenStream) => number;
    write: (stream: OpenStream, buffer: Uint8Array, offset: number, length: number, position: number) => number;
    setattr: (stream: OpenStream, attributes: { readonly size?: number }) => void;
  };
  readonly node_ops: {
    setattr: (node: FileNode, attributes: { readonly size?: number }) => void;
    mknod: (parent: FileNode, name: string, mode: number, device: number) => FileNode;
    rename: (node: FileNode, folder: FileNode, name: string) => void;
    unlink: (folder: FileNode, name: string) => void;
    rmdir: (folder: FileNode, name: string) => void;
  };
  realPath(node: FileNode): string;
  /** Turns an error of `node:fs` into an errno that the engine understands. */
  tryFSOperation(operation: () => void): void;
}

export function hasNodeFs(engine: object): engine is EngineFileSystem {
  if (!('NODEFS' in engine) || typeof engine.NODEFS !== 'object' || engine.NODEFS === null) return false;
  const fs = engine.NODEFS;
  return 'stream_ops' in fs && 'node_ops' in fs && 'realPath' in fs && 'tryFSOperation' in fs;
}
