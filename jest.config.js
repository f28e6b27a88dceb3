import { specsForServer } from './test/jest/database-specs.ts';
import { OTHER_DRIVER_SPECS } from './test/jest/other-driver-specs.ts';

/**
 * One transform for everything; the projects differ only in which files they own.
 * Sources resolve through the `@isolith/source` export condition, so tests never need a build.
 */
const base = {
  testEnvironment: '<rootDir>/test/jest/environment.mjs',
  runtime: '<rootDir>/test/jest/runtime.mjs',
  runner: '<rootDir>/test/jest/runner.mjs',
  // Whatever a spec uses of Jest it imports.
  injectGlobals: false,
  extensionsToTreatAsEsm: ['.ts'],
  // The process is that of all files and of Node itself, which would queue its own work in the fake one.
  fakeTimers: { doNotFake: ['nextTick'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@isolith/source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/libs/[^/]+/dist'],
};

const project = (displayName, testMatch, more = {}) => ({ ...base, displayName, testMatch, ...more });

/** Where specs stand beside what they show. */
export const FOLDERS = [
  'libs',
  'bench/harness',
  'src',
  ...[
    'access',
    'degradation',
    'alerts',
    'support',
    'contracts',
    'contexts',
    'one-order',
    'processes',
    'metrics',
    'dashboards',
    'faults',
    'readme',
    'deployment',
    'chaos',
    'jest',
  ].map((folder) => `test/${folder}`),
];
const libraries = (ending) => FOLDERS.map((folder) => `<rootDir>/${folder}/**/*${ending}`);

/** Specs that need PostgreSQL or RabbitMQ: `npm run services -- exec npm run jest -- --selectProjects services`. */
const SERVICES = '\\.services\\.spec\\.ts$';
/** Those of them that make the broker fail, for which nobody else may be using it: run them with --runInBand. */
const FAULTS = '\\.faults(\\.services)?\\.spec\\.ts$';

export default {
  projects: [
    project('unit', libraries('.spec.ts'), { testPathIgnorePatterns: ['/node_modules/', SERVICES] }),
    project('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
    project('services', libraries('.services.spec.ts'), { testPathIgnorePatterns: ['/node_modules/', FAULTS] }),
    // Unit specs that open a database, once more: each opens it on the server that ISOLITH_TEST_DATABASE_URL names.
    project(
      'postgresql',
      specsForServer(import.meta.dirname, FOLDERS).map((spec) => `<rootDir>/${spec}`),
      { setupFilesAfterEnv: ['<rootDir>/test/jest/on-server.ts'] },
    ),
    // The fast ways of sending rest on the inside of one version of a driver; the same specs hold the way that any version has.
    project(
      'other-drivers',
      OTHER_DRIVER_SPECS.map((spec) => `<rootDir>/${spec}`),
      { setupFilesAfterEnv: ['<rootDir>/test/jest/on-other-drivers.ts'] },
    ),
    // Journeys run against whatever shop JOURNEYS_SHOP names, else against one that each file starts; hosts start their own.
    project('journeys', ['<rootDir>/test/journeys/**/*.spec.ts'], {
      setupFilesAfterEnv: ['<rootDir>/test/support/clean-up.ts'],
    }),
    project('hosts', ['<rootDir>/test/{hosts,outside,strangers,console}/**/*.spec.ts'], {
      setupFilesAfterEnv: ['<rootDir>/test/support/clean-up.ts'],
      testPathIgnorePatterns: ['/node_modules/', FAULTS],
    }),
    project('faults', [...libraries('.faults.services.spec.ts'), '<rootDir>/test/{hosts,chaos}/**/*.faults.spec.ts'], {
      setupFilesAfterEnv: ['<rootDir>/test/support/clean-up.ts'],
    }),
  ],
  testSequencer: '<rootDir>/test/jest/longest-first.mjs',
  maxWorkers: 2,
  // How long a worker may take to end; only one that cannot is ended by force, which Jest then tells.
  workerGracefulExitTimeout: 10_000,
  // Bounds a test that hangs. Tests wait for conditions; on a machine that is busy with other things those take long to come.
  testTimeout: 300_000,
};
