import JestRunner from 'jest-runner';

/**
 * Runs spec files in workers, also one file or --runInBand: in Jest's own process they would share their realm with its
 * reporters, whose timers a spec with fake ones would count.
 */
export default class WorkersOnly extends JestRunner {
  /** @override @param {Parameters<JestRunner['runTests']>} args */
  runTests(tests, watcher, options) {
    // No worker without a file: each takes a second to start.
    this._globalConfig = { ...this._globalConfig, maxWorkers: Math.min(this._globalConfig.maxWorkers, tests.length) };
    return super.runTests(tests, watcher, { ...options, serial: false });
  }
}
