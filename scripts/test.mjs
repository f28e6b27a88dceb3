import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTypes } from './compile.mjs';
import { ensureInstalled } from './install.mjs';
import { node24 } from './node24.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';
import { ensureSchemathesis } from './outside/schemathesis.mjs';
import { at } from './paths.mjs';
import { bringUp } from './services/bring-up.mjs';
import { main, run, say, seconds, StepFailed, stopToolsOnSignal } from './steps.mjs';

/** Jest's projects that need nothing but the sources. */
const ALONE = ['architecture', 'unit'];
/** Those that need PostgreSQL and RabbitMQ; faults comes last and one file at a time, since it takes the broker away from everybody. */
const SERVED = ['services', 'postgresql', 'hosts', 'journeys', 'faults'];
const STEPS = ['install', 'format', 'lint', 'types', ...ALONE, 'servers', ...SERVED];

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

/** @param {string} project @param {string} outputFile @returns {string[]} */
const command = (project, outputFile) => {
  // Without a filter the journeys run against every kind of placement; one file or test is looked at against one shop.
  if (project === 'journeys' && jestArgs.length === 0) {
    const source = ['--conditions=@isolith/source', '--import', '@swc-node/register/esm-register'];
    return [
      '--disable-warning=ExperimentalWarning',
      ...source,
      at('test', 'journeys', 'run.ts'),
      '--output',
      outputFile,
    ];
  }
  return [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    at('node_modules', 'jest', 'bin', 'jest.js'),
    '--selectProjects',
    project,
    '--json',
    `--outputFile=${outputFile}`,
    ...(project === 'faults' ? ['--runInBand'] : []),
    // A filter of the caller may leave a project without tests; a whole run may not.
    ...(jestArgs.length > 0 ? ['--passWithNoTests', ...jestArgs] : []),
  ];
};

/**
 * @param {string} node @param {string} folder for results @param {string} project @param {Record<string, string>} environment
 * @returns {Promise<{ totals: Totals, failure?: StepFailed }>}
 */
const test = async (node, folder, project, environment) => {
  const outputFile = join(folder, `${project}.json`);
  try {
    await run(project, node, command(project, outputFile), { show: true, env: environment });
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
  for (const { name, took, ok } of summary)
    process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(13)} ${took}\n`);
  for (const name of STEPS.filter((name) => !summary.some((done) => done.name === name))) {
    process.stdout.write(`not run ${name}\n`);
  }
};

/** @typedef {import('./services/bring-up.mjs').Services} Services */

/**
 * Every project in turn until one fails.
 * @param {string} node @param {Promise<Services>} starting @returns {Promise<Totals>}
 */
const runTests = async (node, starting) => {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'isolith-test-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // Also when a signal ends this process.
  process.once('exit', removeFolder);
  const runProjects = async (
    /** @type {readonly string[]} */ projects,
    /** @type {Record<string, string>} */ environment,
  ) => {
    for (const project of projects) {
      const result = await step(
        project,
        () => test(node, folder, project, environment),
        ({ failure }) => failure === undefined,
      );
      for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) totals[key] += result.totals[key];
      if (result.failure !== undefined) return false;
    }
    return true;
  };
  if (!(await runProjects(ALONE, {}))) return totals;
  try {
    const { environment, took } = await step('servers', () => starting);
    // The step itself is only what was left of the wait.
    for (const line of summary)
      if (line.name === 'servers') line.took += ` (up within ${took}, beside the steps before)`;
    await runProjects(SERVED, environment);
    if (totals.skipped > 0 && environment['ISOLITH_TEST_BROKER_CONTROL'] === undefined) {
      say(
        'faults',
        'skipped where the broker must fail: TRANSPORT_URL names one that is not ours; unset it to run them',
      );
    }
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    // What needs the servers could not be tested, so the closing line must not read as a success.
    process.stderr.write(`${error.output === '' ? '' : `${error.output.trimEnd()}\n`}isolith  ${error.message}\n`);
    totals.failed += 1;
  }
  return totals;
};

/** The servers come up, and are installed where they are missing, while other steps run. @returns {Promise<Services>} */
const bringUpMeanwhile = () => {
  const starting = bringUp();
  // Whoever needs them is told of a failure when it comes to that.
  starting.catch(() => undefined);
  return starting;
};

/** Likewise Schemathesis, which a spec of hosts needs. That spec asks for it again, and tells of a failure. */
const installSchemathesisMeanwhile = () => void ensureSchemathesis().catch(() => undefined);

/** @param {Promise<Services> | undefined} starting */
const stopServers = async (starting) => {
  const services = await starting?.catch(() => undefined);
  await services?.stop();
};

// npm test: everything that must hold before a change is kept. The closing line is the last line and stands alone.
await main(async () => {
  stopToolsOnSignal();
  whenNpmIsGone(() => process.kill(process.pid, 'SIGTERM'));
  /** @type {Promise<Services> | undefined} */
  let starting;
  try {
    await step('install', ensureInstalled);
    const node = node24();
    starting = bringUpMeanwhile();
    installSchemathesisMeanwhile();
    await step('format', () => run('format', node, [at('node_modules', 'oxfmt', 'bin', 'oxfmt'), '--check']));
    await step('lint', () =>
      run('lint', node, [at('node_modules', 'oxlint', 'bin', 'oxlint'), '--type-aware'], { show: true }),
    );
    await step('types', () => checkTypes(node));
    const { passed, failed, skipped } = await runTests(node, starting);
    await stopServers(starting);
    printSummary();
    if (passed + failed === 0) {
      process.stderr.write('isolith  no test ran\n');
      process.exitCode = 1;
    }
    if (failed > 0) process.exitCode = 1;
    process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  } catch (error) {
    await stopServers(starting);
    printSummary();
    throw error;
  }
});
