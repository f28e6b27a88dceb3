import { createRequire } from 'node:module';
import JestRuntime from 'jest-runtime';
import { ModulesOfOneFile } from './shared-packages.mjs';

const require = createRequire(import.meta.url);
/** What Jest registers for the events of one file; kept in the realm, which lives longer here. */
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');

/**
 * Jest's runtime without its walls: a spec file and the sources of the repository are loaded anew for each file, but
 * into the worker's own realm, and packages only once per worker. Loading @nestjs/*, TypeORM, PGlite and zod anew for
 * each file took half of all time of the unit tests (decision 0016).
 *
 * It rests on internals of Jest: `registries.esModuleRegistry` and `esmLoader.getContext`. test/jest/jest.spec.ts shows
 * that they still work.
 */
export default class SharedPackagesRuntime extends JestRuntime {
  /** @param {ConstructorParameters<typeof JestRuntime>} args */
  constructor(...args) {
    super(...args);
    this.registries.esModuleRegistry = new ModulesOfOneFile();
    // No context means the realm in which this runs.
    this.esmLoader.getContext = () => undefined;
  }

  /** @override the process is not a copy here, so there is nothing to redirect. */
  installGetBuiltinModule() {}

  /**
   * @override @param {string} from @param {string} [to] Jest's own modules, of which only the one that holds a file's
   * tests is loaded anew.
   */
  requireInternalModule(from, to) {
    if (to === undefined && from.endsWith('jestAdapterInit.js')) {
      Reflect.deleteProperty(require.cache, from);
      Reflect.deleteProperty(globalThis, EVENT_HANDLERS);
    }
    return this.requireModule(from, to);
  }

  /** @override @param {string} from @param {string} [to] CommonJS: packages only, nothing here is written in it. */
  requireModule(from, to) {
    return to === undefined ? require(from) : createRequire(from)(to);
  }
}
