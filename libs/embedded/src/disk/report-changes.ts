import { join } from 'node:path';
import type { ContentChange, NameChange } from './disk.js';
import type { NodeFiles } from './engine-files.js';

/** Has every name that the engine makes, moves or removes told, right after that was done. */
export function reportNames(files: NodeFiles, tell: (change: NameChange) => void): void {
  const { node_ops: names } = files;
  const { mknod, rename, unlink, rmdir } = names;
  names.mknod = (parent, called, mode, device) => {
    const node = mknod(parent, called, mode, device);
    tell({ kind: 'created', path: files.realPath(node) });
    return node;
  };
  names.rename = (node, folder, called) => {
    const path = files.realPath(node);
    rename(node, folder, called);
    tell({ kind: 'renamed', path, to: join(files.realPath(folder), called) });
  };
  names.unlink = (folder, called) => {
    unlink(folder, called);
    tell({ kind: 'removed', path: join(files.realPath(folder), called) });
  };
  names.rmdir = (folder, called) => {
    rmdir(folder, called);
    tell({ kind: 'removed', path: join(files.realPath(folder), called) });
  };
}

/** Has every change of what is in the engine's files told, right after it was made. */
export function reportContents(files: NodeFiles, tell: (change: ContentChange) => void): void {
  const { stream_ops: streams, node_ops: names } = files;
  const { write, setattr: setOpen } = streams;
  const { setattr } = names;
  streams.write = (to, buffer, offset, length, position) => {
    const written = write(to, buffer, offset, length, position);
    tell({ kind: 'written', fd: to.nfd, from: position, to: position + written });
    return written;
  };
  streams.setattr = (to, attributes) => {
    setOpen(to, attributes);
    if (attributes.size !== undefined) tell({ kind: 'resized', path: files.realPath(to.node) });
  };
  names.setattr = (node, attributes) => {
    setattr(node, attributes);
    if (attributes.size !== undefined) tell({ kind: 'resized', path: files.realPath(node) });
  };
}
