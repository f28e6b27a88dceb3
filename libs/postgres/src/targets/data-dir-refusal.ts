import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isNativeError } from 'node:util/types';
import { z } from 'zod';

/** DATA_DIR can't be used as it is. The message names the variable, the path, what was found and what to do. */
export class DataDirRefusedError extends Error {
  override readonly name = 'DataDirRefusedError';
}

/** What errors of the file system and of SQLite, which holds the lock, have in common. */
const systemError = z.object({
  code: z.string().optional(),
  path: z.string().optional(),
  errcode: z.int().optional(),
});

const NOT_OURS = 'not ours';
/** https://sqlite.org/rescode.html, without the extended part. */
const SQLITE: Readonly<Record<number, string>> = { 3: NOT_OURS, 8: NOT_OURS, 10: 'EIO', 13: 'ENOSPC', 14: NOT_OURS };
const KINDS: Readonly<Record<string, string>> = {
  EACCES: NOT_OURS,
  EPERM: NOT_OURS,
  EDQUOT: 'ENOSPC',
  EEXIST: 'ENOTDIR',
};

const user = (): string => (process.geteuid === undefined ? 'this user' : `user ${process.geteuid()}`);

const FOUND: Readonly<Record<string, (folder: string) => string>> = {
  [NOT_OURS]: (folder) =>
    `${user()} may not write there${ownerOf(folder)}; give it to that user with all that is in it, or name another folder`,
  ENOTDIR: () => 'there is a file where a folder should be; name a folder',
  EROFS: () => 'the file system is read-only; mount it writable, or name another folder',
  ENOSPC: () => 'the disk is full, or the quota used up; make room, or name a folder elsewhere',
  EIO: () => 'the disk fails, or can not lock files; name a folder on a local disk',
  ENOENT: () => 'a link on the way leads nowhere, or no folder can be made there; name another folder',
  ELOOP: () => 'links on the way lead in a circle; name another folder',
  ENAMETOOLONG: () => 'the path is too long; name another folder',
};

/**
 * The refusal that an error means which came up while DATA_DIR was opened; undefined for an error that says nothing of
 * the folder.
 */
export function dataDirRefusal(dataDir: string, error: unknown): DataDirRefusedError | undefined {
  const read = systemError.safeParse(error);
  if (!read.success || !isNativeError(error)) return undefined;
  const { code = '', path, errcode } = read.data;
  const found = FOUND[errcode === undefined ? (KINDS[code] ?? code) : (SQLITE[errcode & 0xff] ?? '')];
  if (found === undefined) return undefined;
  const folder = resolve(dataDir);
  const at = path === undefined || resolve(path) === folder ? '' : ` (at ${path})`;
  return new DataDirRefusedError(`DATA_DIR: ${folder} can not be used${at}: ${found(path ?? folder)}`, {
    cause: error,
  });
}

/** Runs what opens the folder; what goes wrong with it is thrown as DataDirRefusedError. */
export async function openingDataDir<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw dataDirRefusal(dataDir, error) ?? error;
  }
}

/** Whose the nearest folder is that can be looked at. */
function ownerOf(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    const uid = ownerIdOf(at);
    if (uid !== undefined) return ` (${at} belongs to user ${uid})`;
    if (dirname(at) === at) return '';
  }
}

function ownerIdOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.uid;
  } catch {
    // It lies in a folder that this user may not even look into: then whose that one is matters.
    return undefined;
  }
}
