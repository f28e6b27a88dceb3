import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from './paths.mjs';
import { run, say, seconds } from './steps.mjs';
import { inTurn } from './turn.mjs';

const PAGES = at('libs', 'console', 'web');
const BUILT = at('libs', 'console', 'dist', 'web');
/** Not beside what is built: that is served, and published. */
const RECORD = at('node_modules', '.isolith-pages.json');

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]))
    .filter((file) => !file.endsWith('.spec.ts'));

/** Digest of all that the pages are made from: their sources and the versions of the packages. */
const sources = () => {
  const hash = createHash('sha256');
  for (const file of [at('package-lock.json'), ...filesIn(PAGES)])
    hash.update(file.slice(at().length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
};

/** What was built last, so that a build by hand of other sources is noticed; undefined where none was. */
const outputs = () =>
  existsSync(join(BUILT, 'index.html'))
    ? filesIn(BUILT)
        .map((file) => `${file.slice(BUILT.length)} ${statSync(file).size}@${statSync(file).mtimeMs}`)
        .join('\n')
    : undefined;

const isBuilt = () => {
  const built = outputs();
  return built !== undefined && existsSync(RECORD) && readFileSync(RECORD, 'utf8') === recordOf(sources(), built);
};

const recordOf = (read: string, built: string | undefined) => JSON.stringify({ sources: read, outputs: built });

/**
 * Builds the pages of the console; does nothing, in milliseconds, when none of their sources changed.
 * @param node path of Node 24
 * @param beside ends it, where it runs beside another step
 * @throws {StepFailed} with Vite's output
 */
export const ensurePages = async (node: string, beside?: AbortSignal) => {
  if (isBuilt()) return;
  await inTurn(
    'pages',
    async () => {
      if (isBuilt()) return;
      const startedAt = Date.now();
      // Read before Vite does: a file saved meanwhile then differs from the record.
      const read = sources();
      rmSync(RECORD, { force: true });
      const vite = at('node_modules', 'vite', 'bin', 'vite.js');
      await run('pages', node, [vite, 'build', PAGES, '--logLevel', 'warn'], beside === undefined ? {} : { beside });
      writeFileSync(RECORD, recordOf(read, outputs()));
      if (beside === undefined) say('pages', `built the pages of the console in ${seconds(startedAt)}`);
    },
    undefined,
    beside,
  );
};
