import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePages } from './pages.ts';
import { at } from './paths.mjs';
import { run, say, seconds } from './steps.mjs';
import { inTurn } from './turn.mjs';

const RECORD = at('dist', '.isolith-build.json');

const libs = () =>
  readdirSync(at('libs'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourcesIn(path);
      return /\.(ts|json)$/.test(entry.name) && !entry.name.endsWith('.spec.ts') ? [path] : [];
    });

/**
 * Digest of all that the compiler reads for what runs: sources without specs, its configuration, and the versions of
 * the packages.
 */
const sources = () => {
  const hash = createHash('sha256');
  const files = [
    at('tsconfig.base.json'),
    at('package-lock.json'),
    ...sourcesIn(at('src')),
    ...libs().flatMap((lib) => [
      at('libs', lib, 'package.json'),
      at('libs', lib, 'tsconfig.json'),
      ...sourcesIn(at('libs', lib, 'src')),
    ]),
  ];
  for (const file of files) hash.update(file.slice(at().length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
};

/**
 * What the compiler wrote last, so that a `tsc` run by hand on other sources is noticed; undefined when a part was
 * never built.
 */
const outputs = () => {
  const entries = [at('dist', 'main.js'), ...libs().map((lib) => at('libs', lib, 'dist', 'index.js'))];
  if (!entries.every((file) => existsSync(file))) return undefined;
  const infos = [at('dist', '.tsbuildinfo'), ...libs().map((lib) => at('libs', lib, 'dist', '.tsbuildinfo'))];
  return infos
    .map((file) => (existsSync(file) ? `${statSync(file).size}@${statSync(file).mtimeMs}` : 'none'))
    .join(' ');
};

const isBuilt = () => {
  if (!existsSync(RECORD)) return false;
  const now = outputs();
  return now !== undefined && readFileSync(RECORD, 'utf8') === JSON.stringify({ sources: sources(), outputs: now });
};

const compile = async (
  node: string,
  step: string,
  args: readonly string[],
  how: { show?: boolean; beside?: AbortSignal },
) => {
  // Read before the compiler does: a file saved during the build then differs from the record, and the next build sees
  // it.
  const read = sources();
  const complete = outputs() !== undefined;
  // A build that is killed half-way must not look finished, even if the sources are put back as they were.
  rmSync(RECORD, { force: true });
  // tsc trusts its own record, not the disk: a deleted output comes back only by force.
  const force = complete ? [] : ['--force'];
  await run(step, node, [at('node_modules', 'typescript', 'bin', 'tsc'), '-b', ...args, ...force], how);
  mkdirSync(at('dist'), { recursive: true });
  writeFileSync(RECORD, JSON.stringify({ sources: read, outputs: outputs() }));
};

/**
 * Builds what runs (the shop, the packages it uses and the pages of the console), incrementally; does nothing, in
 * milliseconds, when no source changed.
 * @param node path of Node 24
 * @throws {StepFailed} with the compiler's output
 */
export const ensureBuilt = async (node: string) => {
  await ensureCompiled(node);
  await ensurePages(node);
};

const ensureCompiled = async (node: string) => {
  if (isBuilt()) return;
  await inTurn('build', async () => {
    if (isBuilt()) return;
    const startedAt = Date.now();
    say('build', 'tsc -b src libs/*');
    await compile(node, 'build', [at('src'), ...libs().map((lib) => at('libs', lib))], {});
    say('build', `done in ${seconds(startedAt)}`);
  });
};

/**
 * Checks the types of everything, specs included, and builds on the way, the console's pages too. The compiler writes
 * to the terminal, unless it runs beside another step.
 * @param node path of Node 24
 * @throws {StepFailed}
 */
export const checkTypes = async (node: string, beside?: AbortSignal) => {
  await inTurn(
    'types',
    () => compile(node, 'types', [], beside === undefined ? { show: true } : { beside }),
    undefined,
    beside,
  );
  await ensurePages(node, beside);
};
