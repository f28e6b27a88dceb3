import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, unlink } from 'node:fs/promises';
import { z } from 'zod';

/** What is kept of a link: whoever reads the file cannot sign in with it. */
const keptLink = z.object({
  /** SHA-256 of the link, base64url. */
  digest: z.string().regex(/^[\w-]{43}$/),
  /** RFC 3339. */
  expiresAt: z.iso.datetime(),
});

/**
 * Takes the link that the file knows, once: of all hosts that are asked, over all their restarts, one may remove the
 * file, and that one answers true. A wrong link leaves it where it is; one that has expired is removed.
 * @param now milliseconds since the epoch
 * @throws {Error} where the file can be read and is none, or cannot be removed
 */
export async function takeLink(file: string, link: string, now: number): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(ifGone);
  if (text === undefined) return false;
  const { digest, expiresAt } = keptLink.parse(JSON.parse(text));
  const isExpired = now >= Date.parse(expiresAt);
  if (!isExpired && !timingSafeEqual(digestOf(link), Buffer.from(digest, 'base64url'))) return false;
  const isOurs = (await unlink(file).then(() => true, ifGone)) ?? false;
  return isOurs && !isExpired;
}

const digestOf = (link: string): Buffer => createHash('sha256').update(link).digest();

function ifGone(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
