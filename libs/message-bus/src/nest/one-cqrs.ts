import { createRequire } from 'node:module';
import * as util from 'node:util';
import { z } from 'zod';

const PACKAGE = '@nestjs/cqrs';
const manifest = z.object({ version: z.string() });

/**
 * Called by a `forRoot`: whoever calls that must get our copy of @nestjs/cqrs. Buses of another one are other classes:
 * Nest would say that it can't resolve them, or they would send past Isolith without a word.
 * @throws {TypeError} naming both copies
 */
export function requireOneCqrs(): void {
  // This function, forRoot, its caller.
  const caller = util.getCallSites(3)[2]?.scriptName;
  if (caller === undefined) return;
  const ours = copyFor(import.meta.url);
  const theirs = copyFor(caller);
  if (ours !== undefined && theirs !== undefined && ours !== theirs)
    throw new TypeError(
      `two copies of ${PACKAGE} are installed, ${theirs} for ${caller} and ${ours} for Isolith, and buses of one know nothing of the handlers of the other: ` +
        `install one that suits both (npm ls ${PACKAGE} tells who brings which, npm dedupe)`,
    );
}

/**
 * Its version and where it is, for a file that imports it; undefined for what is no file, and where nothing is found.
 */
function copyFor(file: string): string | undefined {
  if (!/^(?:file:|\/|[a-z]:[\\/])/i.test(file)) return undefined;
  const require = createRequire(file);
  try {
    const path = require.resolve(`${PACKAGE}/package.json`);
    return `${manifest.parse(require(path)).version} in ${path.replace(/[\\/]package\.json$/, '')}`;
  } catch (error) {
    // It does not import it then: nothing speaks against that.
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
