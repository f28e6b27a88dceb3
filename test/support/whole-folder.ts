import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a folder unless it is there: in a draft that is moved to its place whole. Of two who make it at once one is
 * first, and nobody ever finds half of it. `fill` may remove what else lies beside it.
 */
export async function wholeFolder(folder: string, fill: (draft: string) => void | Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  const draft = join(dirname(folder), `draft-${randomUUID()}`);
  mkdirSync(draft, { recursive: true });
  try {
    await fill(draft);
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
