import { createRequire } from 'node:module';
import { z } from 'zod';

const manifest = z.object({ version: z.string() });

/** The version of `pg` that is installed for this package; undefined where that can't be read, as in a bundle. */
export function driverVersion(): string | undefined {
  try {
    return manifest.parse(createRequire(import.meta.url)('pg/package.json')).version;
  } catch {
    // Whoever asks does without, and says so.
    return undefined;
  }
}
