import { ModuleMocker } from 'jest-mock';
import { runningEngines, shareEngines } from './embedded-engines.mjs';
import { FileTimers } from './file-timers.mjs';
import { watchHandles } from './open-handles.mjs';
import { putBackPackages } from './package-state.mjs';
import { putBackProcess, rememberProcess } from './process-state.mjs';

shareEngines();

/**
 * The worker's own realm as test environment: one `Error`, one `process`, one set of timers for specs, sources and
 * packages, as in a host.
 *
 * A file is constructed (the process is as it should be), run, torn down: mocks and timers are real again, then
 * whatever it left behind in the process is put back and, where its tests passed, reported as its failure. A file whose
 * tests failed has its own explanation.
 */
export default class WorkerEnvironment {
  /** @param {import('@jest/environment').JestEnvironmentConfig} config */
  constructor({ projectConfig }) {
    rememberProcess();
    this.openHandles = watchHandles();
    this.global = globalThis;
    /**
     * @type {number} what is still going on may be ending: sockets close in a few turns of the event loop, on a busy
     * machine in seconds
     */
    this.handlesEndWithinMs = projectConfig.testEnvironmentOptions['handlesEndWithinMs'] ?? 10_000;
    /** @type {string[]} */
    this.conditions = projectConfig.testEnvironmentOptions['customExportConditions'];
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = null;
    this.fakeTimersModern = new FileTimers({ config: projectConfig, global: globalThis });
    this.console = globalThis.console;
    this.exit = Reflect.get(process, 'exit');
    this.allPassed = false;
  }

  /** @param {import('jest-circus').Circus.AsyncEvent} event */
  handleTestEvent(event) {
    if (event.name === 'run_start') this.allPassed = true;
    if (event.name === 'test_done' && event.test.errors.length > 0) this.allPassed = false;
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    // Jest puts its own in their place for each file.
    globalThis.console = this.console;
    process.exit = this.exit;
    putBackPackages();
    const left = [...putBackProcess(), ...(await this.openHandles(runningEngines(), this.handlesEndWithinMs))];
    if (this.allPassed && left.length > 0)
      throw new Error(`Tests passed, but this file leaves behind: ${left.join(', ')}. The next file would meet it.`);
  }

  exportConditions() {
    return this.conditions;
  }

  /** Jest asks whether there is one; SharedPackagesRuntime compiles everything in the worker's own. */
  getVmContext() {
    return globalThis;
  }
}
