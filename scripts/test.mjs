import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTypes } from './compile.mjs';
import { ensureInstalled } from './install.mjs';
import { node24 } from './node24.mjs';
import { at } from './paths.mjs';
import { main, run, say, seconds, StepFailed, stopToolsOnSignal } from './steps.mjs';

const PROJECTS = ['architecture', 'unit', 'journeys'];

/** Everything after `--` of `npm test -- …`: paths or options for jest. */
const jestArgs = process.argv.slice(2);

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/**
 * What jest counted. A suite that could not even be loaded counts as one failed test, since its tests are in no other number.
 * @param {string} file @returns {Totals}
 */
const totalsIn = (file) => {
  /** @type {string} */
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // Jest ended before it could write; its exit code says so too.
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return { passed: 0, failed: 0, skipped: 0 };
    throw error;
  }
  const result = JSON.parse(text);
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
};

/** @param {string} node @param {string} folder for results @param {string} project @returns {Promise<{ totals: Totals, failure?: StepFailed }>} */
const jest = async (node, folder, project) => {
  const outputFile = join(folder, `${project}.json`);
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    at('node_modules', 'jest', 'bin', 'jest.js'),
    '--selectProjects',
    project,
    '--json',
    `--outputFile=${outputFile}`,
    // A filter of the caller may leave a project without tests; a whole run may not.
    ...(jestArgs.length > 0 ? ['--passWithNoTests', ...jestArgs] : []),
  ];
  try {
    await run(project, node, args, { show: true });
    return { totals: totalsIn(outputFile) };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    const totals = totalsIn(outputFile);
    // Jest can fail with no failed test (a threshold, a bad option): the closing line must not read as a success then.
    return { totals: { ...totals, failed: Math.max(1, totals.failed) }, failure: error };
  }
};

/** @type {{ name: string, took: string, ok: boolean }[]} */
const summary = [];

/** @template T @param {string} name @param {() => Promise<T>} body @param {(result: T) => boolean} isOk */
const step = async (name, body, isOk = () => true) => {
  const startedAt = Date.now();
  say(name, '...');
  let ok = false;
  try {
    const result = await body();
    ok = isOk(result);
    return result;
  } finally {
    summary.push({ name, took: seconds(startedAt), ok });
    say(name, `${ok ? 'ok' : 'FAILED'} in ${seconds(startedAt)}`);
  }
};

const printSummary = () => {
  process.stdout.write('\n');
  for (const { name, took, ok } of summary) process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(13)} ${took}\n`);
  for (const name of ['install', 'lint', 'types', ...PROJECTS].filter((name) => !summary.some((done) => done.name === name))) {
    process.stdout.write(`not run ${name}\n`);
  }
};

/** @param {string} node @returns {Promise<Totals>} */
const runTests = async (node) => {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'isolith-test-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // Also when a signal ends this process.
  process.once('exit', removeFolder);
  for (const project of PROJECTS) {
    const result = await step(project, () => jest(node, folder, project), ({ failure }) => failure === undefined);
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) totals[key] += result.totals[key];
    if (result.failure !== undefined) break;
  }
  return totals;
};

// npm test: everything that must hold before a change is kept. The closing line is the last line and stands alone.
await main(async () => {
  stopToolsOnSignal();
  try {
    await step('install', ensureInstalled);
    const node = node24();
    await step('lint', () => run('lint', node, [at('node_modules', 'oxlint', 'bin', 'oxlint'), '--type-aware'], { show: true }));
    await step('types', () => checkTypes(node));
    const { passed, failed, skipped } = await runTests(node);
    printSummary();
    if (passed + failed === 0) {
      process.stderr.write('isolith  no test ran\n');
      process.exitCode = 1;
    }
    if (failed > 0) process.exitCode = 1;
    process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  } catch (error) {
    printSummary();
    throw error;
  }
});
