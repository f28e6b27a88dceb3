import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Beside } from './beside.ts';
import { checkTypes } from './compile.ts';
import { whenNpmIsGone } from './npm-gone.mjs';
import { ensureChromium } from './outside/chromium.ts';
import { ensureSchemathesis } from './outside/schemathesis.ts';
import { at } from './paths.mjs';
import { bringUp, type Services } from './services/bring-up.ts';
import { main, run, say, seconds, StepFailed, stopToolsOnSignal } from './steps.mjs';

/** Jest's projects that need nothing but the sources. */
const ALONE = ['architecture', 'unit'];
/**
 * Those that need PostgreSQL and RabbitMQ; faults comes last and one file at a time, since it takes the broker away
 * from everybody. Where the servers are ours it has others for itself and runs beside the rest: most of it is waiting.
 */
const SERVED = ['services', 'postgresql', 'other-drivers', 'hosts', 'journeys', 'faults'];
const STEPS = ['format', 'lint', 'types', ...ALONE, 'servers', ...SERVED];

/** Everything after `--` of `npm test -- …`: paths or options for jest. */
const jestArgs = process.argv.slice(2);

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * What jest counted. A suite that could not even be loaded counts as one failed test, since its tests are in no other
 * number.
 */
const totalsIn = (file: string): Totals => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // Jest ended before it could write; its exit code says so too.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { passed: 0, failed: 0, skipped: 0 };
    throw error;
  }
  const result = JSON.parse(text);
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
};

const command = (project: string, outputFile: string): string[] => {
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

interface Tested {
  readonly totals: Totals;
  /** What it wrote, where it ran beside another project. */
  readonly output: string;
  readonly failure?: StepFailed;
}

/** @param folder for results */
const test = async (
  node: string,
  folder: string,
  project: string,
  environment: Record<string, string>,
  beside?: AbortSignal,
): Promise<Tested> => {
  const outputFile = join(folder, `${project}.json`);
  const how = beside === undefined ? { show: true } : { beside };
  try {
    const output = await run(project, node, command(project, outputFile), { ...how, env: environment });
    return { totals: totalsIn(outputFile), output };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    const totals = totalsIn(outputFile);
    // Jest can fail with no failed test (a threshold, a bad option): the closing line must not read as a success then.
    return { totals: { ...totals, failed: Math.max(1, totals.failed) }, output: error.output, failure: error };
  }
};

const NAMES_OF_SERVERS = ['ISOLITH_TEST_DATABASE_URL', 'DATABASE_URL', 'ISOLITH_TEST_TRANSPORT_URL', 'TRANSPORT_URL'];

/** Servers that were named are the only ones there are; with a filter most of it does not run. */
const faultsRunBeside = () =>
  jestArgs.length === 0 && NAMES_OF_SERVERS.every((name) => (process.env[name] ?? '') === '');

const faultsBeside = (node: string, folder: string): Beside<Tested> =>
  new Beside(
    async (ending) => {
      const { environment, stop } = await bringUp();
      try {
        return await test(node, folder, 'faults', environment, ending);
      } finally {
        await stop();
      }
    },
    ({ failure }) => failure,
  );

const summary: { name: string; took: string; ok: boolean }[] = [];

const step = async <T>(name: string, body: () => Promise<T>, isOk: (result: T) => boolean = () => true) => {
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

/** In its turn a step that runs beside others is only what is left of the wait. */
const tellOfWait = (name: string, took: string) => {
  for (const line of summary) if (line.name === name) line.took += ` (${took}, beside the steps before)`;
};

/**
 * Ends a step that runs beside others, and says what had gone wrong with it, unless that is `told` elsewhere: its turn
 * to be waited for does not come. Whether there was nothing to say.
 */
const endBeside = async (
  name: string,
  step: Pick<Beside<unknown>, 'end'> | undefined,
  told?: unknown,
): Promise<boolean> => {
  const failure = await step?.end();
  if (failure === undefined || failure === told) return true;
  const { output, message } =
    failure instanceof StepFailed ? failure : { output: '', message: `${name}: ${inspect(failure)}` };
  process.stderr.write(`${output === '' ? '' : `${output.trimEnd()}\n`}isolith  ${message}\n`);
  return false;
};

/** Every project in turn until one fails. */
const runTests = async (node: string, starting: Promise<Services>): Promise<Totals> => {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'isolith-test-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // Also when a signal ends this process.
  process.once('exit', removeFolder);
  let faults: Beside<Tested> | undefined;
  /** The failure that ended it, which the reader has seen. */
  let told: unknown;
  const runProjects = async (projects: readonly string[], environment: Record<string, string>) => {
    for (const project of projects) {
      const beside = project === 'faults' ? faults : undefined;
      const result = await step(
        project,
        async () => {
          if (beside === undefined) return test(node, folder, project, environment);
          const tested = await beside.result;
          process.stderr.write(tested.output);
          return tested;
        },
        ({ failure }) => failure === undefined,
      );
      if (beside !== undefined) tellOfWait(project, beside.took);
      for (const key of ['passed', 'failed', 'skipped'] as const) totals[key] += result.totals[key];
      if (result.failure !== undefined) {
        told = result.failure;
        return false;
      }
    }
    return true;
  };
  if (!(await runProjects(ALONE, {}))) return totals;
  try {
    const { environment, took } = await step('servers', () => starting);
    tellOfWait('servers', `up within ${took}`);
    if (faultsRunBeside()) faults = faultsBeside(node, folder);
    await runProjects(SERVED, environment);
    if (totals.skipped > 0 && environment['ISOLITH_TEST_BROKER_CONTROL'] === undefined) {
      say(
        'faults',
        'skipped where the broker must fail: TRANSPORT_URL names one that is not ours; unset it to run them',
      );
    }
  } catch (error) {
    told = error;
    if (!(error instanceof StepFailed)) throw error;
    // What needs the servers could not be tested, so the closing line must not read as a success.
    process.stderr.write(`${error.output === '' ? '' : `${error.output.trimEnd()}\n`}isolith  ${error.message}\n`);
    totals.failed += 1;
  } finally {
    if (!(await endBeside('faults', faults, told))) totals.failed += 1;
  }
  return totals;
};

/** The servers come up, and are installed where they are missing, while other steps run. */
const bringUpMeanwhile = (): Promise<Services> => {
  const starting = bringUp();
  // Whoever needs them is told of a failure when it comes to that.
  starting.catch(() => undefined);
  return starting;
};

/** Likewise what specs of hosts need: they ask for it again, and tell of a failure. */
const installOutsidersMeanwhile = () => {
  void ensureSchemathesis().catch(() => undefined);
  void ensureChromium().catch(() => undefined);
};

const stopServers = async (starting: Promise<Services> | undefined) => {
  const services = await starting?.catch(() => undefined);
  await services?.stop();
};

// npm test: everything that must hold before a change is kept. The closing line is the last line and stands alone.
await main(async () => {
  stopToolsOnSignal();
  whenNpmIsGone(() => process.kill(process.pid, 'SIGTERM'));
  let starting: Promise<Services> | undefined;
  let types: Beside<void> | undefined;
  try {
    const node = process.execPath;
    starting = bringUpMeanwhile();
    installOutsidersMeanwhile();
    await step('format', () => run('format', node, [at('node_modules', 'oxfmt', 'bin', 'oxfmt'), '--check']));
    // Neither uses all of two processors for long.
    types = new Beside((ending) => checkTypes(node, ending));
    const { result: typesAreRight } = types;
    await step('lint', () =>
      run('lint', node, [at('node_modules', 'oxlint', 'bin', 'oxlint'), '--type-aware'], { show: true }),
    );
    await step('types', () => typesAreRight);
    tellOfWait('types', types.took);
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
    await endBeside('types', types, error);
    await stopServers(starting);
    printSummary();
    throw error;
  }
});
