import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const manifest = z.object({ version: z.string() });

/** The version of `amqplib` that is installed for this package; undefined where that can't be read, as in a bundle. */
export function driverVersion(): string | undefined {
  try {
    // Beside its entry; it does not export its manifest.
    const folder = dirname(createRequire(import.meta.url).resolve('amqplib'));
    return manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).version;
  } catch {
    // Whoever asks does without, and says so.
    return undefined;
  }
}
