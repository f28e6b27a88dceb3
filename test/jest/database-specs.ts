import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * A spec that reaches this module over its imports opens a database for its tests; nothing else opens one that can be
 * on a server.
 */
export const OPENS_DATABASE = 'libs/postgres/src/testing/test-database.ts';

/** The only unit specs with an embedded database that do not run on PostgreSQL as well, each with the reason. */
export const EMBEDDED_ONLY: Readonly<Record<string, string>> = {
  'libs/event-sourcing/src/nest/event-sourcing.module.spec.ts':
    'what a module declares and what it refuses; aggregates.spec.ts is about databases',
  'libs/isolith/src/endpoints/projection-metrics.spec.ts':
    'what metrics say of a projection that lags; projections.spec.ts is about databases',
  'libs/isolith/src/endpoints/live.controller.spec.ts': 'a host at its HTTP edge, without a context',
  'libs/isolith/src/host/adopted.spec.ts':
    'what an application takes in and what stays its own, in contexts without rows',
  'libs/isolith/src/host/async-options.spec.ts': 'where the options of a host come from, in a context without rows',
  'libs/isolith/src/host/host-secret.spec.ts': 'names the folder of a database and opens none',
  'libs/isolith/src/http/behind-a-proxy.spec.ts': 'a host at its HTTP edge, without a context',
  'libs/isolith/src/http/declared-routes.spec.ts': 'what a host refuses to start with, in a context without rows',
  'libs/console/src/readme.example.spec.ts': 'the code of a README, which is to run with nothing installed',
  'libs/isolith/src/readme.example.spec.ts': 'the code of a README, which is to run with nothing installed',
  'libs/journal/src/databases/command-line.spec.ts':
    'the folder that a host uses; command-line.services.spec.ts is about servers',
  'libs/embedded/src/engine/crash.spec.ts': 'what the folder of an embedded database keeps when its process is killed',
  'libs/postgres/src/databases/databases.spec.ts':
    'folders, their locks and engines in memory; postgres-source.services.spec.ts is about servers',
  'libs/embedded/src/disk/fsync-node-fs.spec.ts': 'what the embedded engine has put on disk, and when',
  'libs/embedded/src/engine/pglite-source.spec.ts': 'turns on the one session that an embedded engine has',
  'libs/journal/src/nest/journal.module.spec.ts':
    'a restart on a folder, and one session that holds nobody back; two-hosts.services.spec.ts is about servers',
  'libs/journal/src/relay/fenced-reader.spec.ts':
    'counts looks at the frontier, which whoever else uses a server holds back as well; fenced-reader.services.spec.ts is about servers',
  'libs/postgres/src/targets/installed-engine.spec.ts':
    'what becomes of an embedded target where no engine is installed',
  'src/databases/shop-databases.spec.ts': 'reads which databases the shop has and opens none',
  'src/gateway/every-route.spec.ts': 'the routes of the whole shop; its journeys run on PostgreSQL',
  'src/gateway/open-api.spec.ts': 'the document of the whole shop; its journeys run on PostgreSQL',
  'test/access/console-link.spec.ts': 'who is let in by a link, which no row of a database knows',
  'test/access/console-privacy.spec.ts': 'what answers of the edge hold, whatever database is behind it',
  'test/access/console-sending.spec.ts':
    'what the contracts of the shop let an operator send; the audit of it runs on both',
  'test/alerts/alert-rules.spec.ts': 'which metrics the whole shop tells; its journeys run on PostgreSQL',
  'test/access/operators-views.spec.ts': 'what the whole shop shows at its edge; its journeys run on PostgreSQL',
  'test/access/routes.spec.ts': 'the whole shop at its edge; its journeys run on PostgreSQL',
  'test/metrics/metrics.spec.ts': 'what labels say of the whole shop; its journeys run on PostgreSQL',
  'test/readme/edge/edge.spec.ts': 'the code of a guide, which is to run with nothing installed',
  'test/readme/greeter.spec.ts': 'the code of the README, which is to run with nothing installed',
  'test/readme/invoices/invoices.spec.ts': 'the code of a guide, which is to run with nothing installed',
  'test/jest/fake-timers.spec.ts': 'whose timers an engine in memory takes while those of a file are fake',
};

/** What writes sources holds imports as text that are none of its own. */
const WRITES_SOURCES = 'libs/schematics/';

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
  return specs.filter(
    (spec) => reaching.has(spec) && !Object.hasOwn(EMBEDDED_ONLY, spec) && !spec.startsWith(WRITES_SOURCES),
  );
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
