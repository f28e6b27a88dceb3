import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. Every script works on it, wherever it was called from. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path inside the repository. @param {...string} parts */
export const at = (...parts) => join(root, ...parts);

/**
 * The environment of every tool: what npm would set, so that tools find one another when a script is called without
 * npm.
 */
export const toolEnv = () => {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: [at('node_modules', '.bin'), process.env['PATH'] ?? ''].join(separator) };
};
