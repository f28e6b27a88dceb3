import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';

/**
 * An image of a fresh database in memory, made by the first that is opened; the next ones begin with it, in a fifth of
 * the time. It lives in this module, and in a file as well once somebody names one: then processes share it.
 */
let image: Blob | undefined;
let file: string | undefined;

/** From now on the image is looked for in this file first, and kept there when it had to be made. */
export function shareMemoryImage(path: string): void {
  file = path;
}

export async function memoryImage(): Promise<Blob | undefined> {
  if (image === undefined && file !== undefined) image = await read(file);
  return image;
}

export async function keepMemoryImage(made: Blob): Promise<void> {
  image = made;
  if (file === undefined) return;
  // Written beside its place and renamed: whoever else looks finds all of it or nothing.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, Buffer.from(await made.arrayBuffer()));
  await rename(draft, file);
}

async function read(path: string): Promise<Blob | undefined> {
  try {
    return new Blob([await readFile(path)]);
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
