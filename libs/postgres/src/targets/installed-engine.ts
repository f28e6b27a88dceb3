import { isNativeError } from 'node:util/types';
import { z } from 'zod';
import { DatabaseRefusedError } from '../connections/errors.js';
import type { EmbeddedEngine } from './embedded-engine.js';
import { targetLabel } from './target.js';

/** It builds on this package, so nothing of it is known to the compiler here. */
const PACKAGE = '@isolith/embedded';

const Installed = z.object({
  embeddedEngine: z.custom<() => EmbeddedEngine>((made) => typeof made === 'function'),
});

/**
 * The engine of the package that an application installs beside this one, loaded when it is asked for.
 * @throws DatabaseRefusedError if it is not installed
 */
export async function installedEngine(dataDir: string, from = PACKAGE): Promise<EmbeddedEngine> {
  const found: unknown = await import(from).catch((error: unknown) => {
    throw isAbsent(error, from) ? notInstalled(dataDir) : error;
  });
  return Installed.parse(found).embeddedEngine();
}

/** What is absent is the package itself, and nothing that it needs. */
const isAbsent = (error: unknown, name: string): boolean =>
  isNativeError(error) &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
  error.message.includes(`'${name}'`);

const notInstalled = (dataDir: string): DatabaseRefusedError =>
  new DatabaseRefusedError([
    `DATA_DIR: ${targetLabel({ kind: 'pglite', dataDir })} needs the embedded engine, which is not installed: install the package ${PACKAGE}, or name a PostgreSQL in DATABASE_URL`,
  ]);
