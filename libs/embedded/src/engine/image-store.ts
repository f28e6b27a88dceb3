import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const manifest = z.object({ version: z.string() });

/** An image as `besideEngine` names it, or a draft of one. */
const IMAGE_OR_DRAFT = /^memory-[0-9a-f]{16}\.tar(\.[0-9a-f-]{36})?$/;
const HOUR_MS = 3_600_000;
/** Nobody writes for so long: whoever began it was killed. */
const DRAFT_LEFT_MS = HOUR_MS;
/** By then it is most likely that of a former version; whoever still needs it makes it anew. */
const IMAGE_LEFT_MS = 30 * 24 * HOUR_MS;

/**
 * The files of a fresh engine, for all processes that come later: starting on them takes an eighth of making them. It
 * is a cache: whatever keeps it from being read or written costs time and nothing else, so neither ever fails.
 */
export class ImageStore {
  constructor(private readonly file: string) {}

  /**
   * In `node_modules/.cache`, where the engine is installed, by its version and what it is made with; undefined where
   * it is installed in another way.
   */
  static async besideEngine(madeWith: readonly string[]): Promise<ImageStore | undefined> {
    try {
      const engine = fileURLToPath(import.meta.resolve('@electric-sql/pglite'));
      const at = engine.lastIndexOf(`${sep}node_modules${sep}`);
      if (at < 0) return undefined;
      const modules = engine.slice(0, at + `${sep}node_modules`.length);
      const { version } = manifest.parse(
        JSON.parse(await readFile(join(dirname(engine), '..', 'package.json'), 'utf8')),
      );
      const key = createHash('sha256')
        .update(JSON.stringify([version, ...madeWith]))
        .digest('hex')
        .slice(0, 16);
      return new ImageStore(join(modules, '.cache', 'isolith', `memory-${key}.tar`));
    } catch {
      return undefined;
    }
  }

  async read(): Promise<Blob | undefined> {
    try {
      return new Blob([await readFile(this.file)]);
    } catch {
      return undefined;
    }
  }

  /** Whoever looks finds all of it or nothing, after a loss of power too. */
  async keep(image: Blob): Promise<void> {
    const draft = `${this.file}.${randomUUID()}`;
    try {
      await mkdir(dirname(this.file), { recursive: true });
      // First, since what was left behind may be what fills the disk.
      await removeLeftBehind(dirname(this.file));
      const handle = await open(draft, 'wx');
      try {
        await handle.writeFile(Buffer.from(await image.arrayBuffer()));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, this.file);
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }
}

/** Removes drafts of processes that were killed and images of former versions: nobody else would, and each is 31 MB. */
async function removeLeftBehind(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const found = IMAGE_OR_DRAFT.exec(name);
    if (found === null) continue;
    const leftMs = found[1] === undefined ? IMAGE_LEFT_MS : DRAFT_LEFT_MS;
    const path = join(folder, name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs > leftMs) await rm(path);
    } catch {
      // Another process removed it first, or it is not ours to remove: the image is kept all the same.
    }
  }
}
