import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Spec files share the image of a fresh database; without it each makes its own, which takes most of its time.
if (process.env.ISOLITH_TEST_IMAGE === undefined) {
  const image = join(tmpdir(), `isolith-test-image-${process.pid}`);
  process.env.ISOLITH_TEST_IMAGE = image;
  process.on('exit', () => rmSync(image, { force: true }));
}

/**
 * One transform for everything; the projects differ only in which files they own.
 * Sources resolve through the `@isolith/source` export condition, so tests never need a build.
 */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
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

const libraries = (ending) => [
  `<rootDir>/libs/**/*${ending}`,
  `<rootDir>/bench/harness/**/*${ending}`,
  `<rootDir>/src/**/*${ending}`,
  `<rootDir>/test/{support,contracts,readme,deployment,chaos}/**/*${ending}`,
];

/** Specs that need PostgreSQL or RabbitMQ: `npm run services -- exec npm run jest -- --selectProjects services`. */
const SERVICES = '\\.services\\.spec\\.ts$';
/** Those of them that make the broker fail, for which nobody else may be using it: run them with --runInBand. */
const FAULTS = '\\.faults(\\.services)?\\.spec\\.ts$';

export default {
  projects: [
    project('unit', libraries('.spec.ts'), { testPathIgnorePatterns: ['/node_modules/', SERVICES] }),
    project('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
    project('services', libraries('.services.spec.ts'), { testPathIgnorePatterns: ['/node_modules/', FAULTS] }),
    // Journeys run against whatever shop JOURNEYS_SHOP names, else against one that each file starts; hosts start their own.
    project('journeys', ['<rootDir>/test/journeys/**/*.spec.ts'], {
      setupFilesAfterEnv: ['<rootDir>/test/support/clean-up.ts'],
    }),
    project('hosts', ['<rootDir>/test/hosts/**/*.spec.ts'], {
      setupFilesAfterEnv: ['<rootDir>/test/support/clean-up.ts'],
      testPathIgnorePatterns: ['/node_modules/', FAULTS],
    }),
    project('faults', [...libraries('.faults.services.spec.ts'), '<rootDir>/test/{hosts,chaos}/**/*.faults.spec.ts'], {
      setupFilesAfterEnv: ['<rootDir>/test/support/clean-up.ts'],
    }),
  ],
  maxWorkers: 2,
  // Bounds a test that hangs. Tests wait for conditions; on a machine that is busy with other things those take long to come.
  testTimeout: 120_000,
};
