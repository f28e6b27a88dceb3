import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { installedNode } from './node24.mjs';
import { at } from './paths.mjs';
import { run, say, seconds } from './steps.mjs';
import { inTurn } from './turn.mjs';

const LOCK = at('package-lock.json');
/** What npm itself writes about the tree that it put down. */
const INSTALLED = at('node_modules', '.package-lock.json');
const RECORD = at('node_modules', '.isolith-install.json');

/** @param {string} file */
const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * The lock file, npm's own record and the platform of the last good install. `node`: whether the packaged Node ran
 * then, so that a platform where it cannot run does not reinstall for ever.
 */
const state = () => ({
  lock: digest(LOCK),
  installed: existsSync(INSTALLED) ? digest(INSTALLED) : 'none',
  platform: `${process.platform}-${process.arch}`,
  node: installedNode() !== undefined,
});

const matchesRecord = () => {
  if (!existsSync(RECORD)) return false;
  try {
    const record = JSON.parse(readFileSync(RECORD, 'utf8'));
    const now = state();
    return (
      record.lock === now.lock &&
      record.installed === now.installed &&
      record.platform === now.platform &&
      (now.node || record.node === false)
    );
  } catch (error) {
    // A half-written record is as good as none.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
};

/**
 * True when npm's record says that node_modules holds exactly what the lock file wants: someone ran npm by hand.
 * Reinstalling would cost half a minute and delete the tree under whoever is using it.
 */
const installedByHand = () => {
  if (!existsSync(INSTALLED) || installedNode() === undefined) return false;
  const wanted = JSON.parse(readFileSync(LOCK, 'utf8')).packages;
  const present = JSON.parse(readFileSync(INSTALLED, 'utf8')).packages;
  for (const [path, entry] of Object.entries(present)) {
    const want = wanted[path];
    if (want === undefined || want.version !== entry.version || want.integrity !== entry.integrity) return false;
    if (!existsSync(at(path))) return false;
  }
  return Object.entries(wanted).every(
    ([path, entry]) =>
      !path.includes('node_modules/') || entry.optional === true || present[path] !== undefined || isThere(path, entry),
  );
};

/**
 * npm's record leaves out what a package of the workspace has for itself.
 * @param {string} path
 * @param {{ version: string }} entry
 */
const isThere = (path, { version }) => {
  const manifest = at(path, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
};

/**
 * @returns {[string, string[]]} the npm that called us, run by the Node that ran it: the packaged Node is inside the
 * tree that npm replaces
 */
const npm = () => {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && /npm-cli\.c?js$/.test(cli))
    return [process.env['npm_node_execpath'] ?? process.execPath, [cli]];
  return process.platform === 'win32' ? ['cmd.exe', ['/c', 'npm']] : ['npm', []];
};

const ARGS = [
  'ci',
  // No package of ours needs an install script, so none may run.
  '--ignore-scripts',
  // Also under NODE_ENV=production: the build needs the compiler.
  '--include=dev',
  '--include=optional',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  // An old Node may install; the packaged one runs everything after that.
  '--loglevel=error',
];

/**
 * Makes node_modules match package-lock.json; does nothing, in milliseconds, when it already does.
 * @throws {import('./steps.mjs').StepFailed} with npm's output
 */
export const ensureInstalled = async () => {
  if (matchesRecord()) return;
  await inTurn('install', async () => {
    // Whoever held the turn before may have done the work.
    if (matchesRecord()) return;
    const startedAt = Date.now();
    if (!installedByHand()) {
      say('install', 'npm ci');
      const [command, args] = npm();
      await run('install', command, [...args, ...ARGS]);
    }
    writeFileSync(RECORD, `${JSON.stringify(state())}\n`);
    say('install', `done in ${seconds(startedAt)}`);
  });
};
