import { readFileSync } from 'node:fs';

/** The version of this package. All packages of Isolith have the same one. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest && manifest.version;
  if (typeof version !== 'string') throw new Error('the package.json of create-isolith has no version');
  return version;
}
