import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * A spec that reaches this module over its imports opens a database for its tests; nothing else opens one that can be
 * on a server.
 */
export const OPENS_DATABASE = 'libs/journal/src/testing/test-database.ts';

/** The only unit specs with an embedded database that do not run on PostgreSQL as well, each with the reason. */
export const EMBEDDED_ONLY: Readonly<Record<string, string>> = {
  'libs/isolith/src/host/adopted.spec.ts':
    'what an application takes in and what stays its own, in contexts without rows',
  'libs/isolith/src/host/host-secret.spec.ts': 'names the folder of a database and opens none',
  'libs/isolith/src/http/behind-a-proxy.spec.ts': 'a host at its HTTP edge, without a context',
  'libs/isolith/src/http/known-routes.spec.ts': 'a host at its HTTP edge, without a context',
  'libs/isolith/src/http/refused-requests.spec.ts': 'a host at its HTTP edge, without a context',
  'libs/isolith/src/http/unreadable-text.spec.ts': 'a host at its HTTP edge, without a context',
  'libs/isolith/src/readme.example.spec.ts': 'the code of a README, which is to run with nothing installed',
  'libs/journal/src/database/command-line.spec.ts':
    'the folder that a host uses; command-line.services.spec.ts is about servers',
  'libs/journal/src/database/crash.spec.ts': 'what the folder of an embedded database keeps when its process is killed',
  'libs/journal/src/database/databases.spec.ts':
    'folders, their locks and engines in memory; postgres-source.services.spec.ts is about servers',
  'libs/journal/src/database/fsync-node-fs.spec.ts': 'what the embedded engine has put on disk, and when',
  'libs/journal/src/database/pglite-source.spec.ts': 'turns on the one session that an embedded engine has',
  'libs/journal/src/database/power-loss.spec.ts': 'what the disk of an embedded database keeps when the power goes',
  'libs/journal/src/nest/journal.module.spec.ts':
    'a restart on a folder, and one session that holds nobody back; two-hosts.services.spec.ts is about servers',
  'libs/journal/src/relay/fenced-reader.spec.ts':
    'counts looks at the frontier, which whoever else uses a server holds back as well; fenced-reader.services.spec.ts is about servers',
  'src/databases/shop-databases.spec.ts': 'reads which databases the shop has and opens none',
  'src/gateway/every-route.spec.ts': 'the routes of the whole shop; its journeys run on PostgreSQL',
  'src/gateway/open-api.spec.ts': 'the document of the whole shop; its journeys run on PostgreSQL',
  'test/readme/greeter.spec.ts': 'the code of the README, which is to run with nothing installed',
};

const SKIPPED = new Set(['node_modules', 'dist']);
const TYPES_ONLY = /\b(?:import|export)\s+type\s[\w$*{},\s]*?\bfrom\s*(['"`]).+?\1/g;
const IMPORTED = /\b(?:from|import|require)\s*\(?\s*(['"`])((?:\.{1,2}|@isolith)\/.+?)\1/g;

/** Spec files below the folders that run in memory, relative to the root, with `/`. */
export function unitSpecs(root: string, folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : unitSpecs(root, [path]);
      return path.endsWith('.spec.ts') && !path.endsWith('.services.spec.ts') ? [path] : [];
    }),
  );
}

/**
 * Those of the unit specs that run once more on a PostgreSQL server: all that open a database for their tests, but for
 * `EMBEDDED_ONLY`. Imports are found as text, each counts as used but for `import type`, and so does one in a comment:
 * no spec is missed. It takes a tenth of a second.
 */
export function specsForServer(root: string, folders: readonly string[]): readonly string[] {
  const specs = unitSpecs(root, folders);
  const reaching = importersOf(OPENS_DATABASE, specs, importsIn(root));
  return specs.filter((spec) => reaching.has(spec) && !Object.hasOwn(EMBEDDED_ONLY, spec));
}

/** Whatever imports the target, directly or not, among what the starts import. */
function importersOf(
  target: string,
  starts: readonly string[],
  importsOf: (file: string) => readonly string[],
): ReadonlySet<string> {
  const importers = new Map<string, string[]>(starts.map((start) => [start, []]));
  // A map grows while it is walked: those that are found are looked at as well.
  for (const file of importers.keys())
    for (const imported of importsOf(file)) importers.set(imported, [...(importers.get(imported) ?? []), file]);
  const reaching = new Set([target]);
  for (const file of reaching) for (const importer of importers.get(file) ?? []) reaching.add(importer);
  return reaching;
}

/** The sources of the repository that a source names. */
function importsIn(root: string): (file: string) => readonly string[] {
  const entries = packageEntries(root);
  return (file) => {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(TYPES_ONLY, '');
    return [...text.matchAll(IMPORTED)].flatMap(([, , specifier = '']) => {
      if (!specifier.startsWith('.')) return entries.get(specifier) ?? [];
      const path = posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');
      return path.endsWith('.ts') && existsSync(join(root, path)) ? [path] : [];
    });
  };
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The source of each entry of the packages, by the name that imports it. */
function packageEntries(root: string): ReadonlyMap<string, string> {
  const libs = readdirSync(join(root, 'libs')).filter((lib) => existsSync(join(root, 'libs', lib, 'package.json')));
  return new Map(
    libs.flatMap((lib) => {
      const manifest: Manifest = JSON.parse(readFileSync(join(root, 'libs', lib, 'package.json'), 'utf8'));
      return Object.entries(manifest.exports).flatMap(([entry, { '@isolith/source': source }]) =>
        source === undefined ? [] : [[posix.join(manifest.name, entry), posix.join('libs', lib, source)] as const],
      );
    }),
  );
}
