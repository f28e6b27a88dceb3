// As in an application that is CommonJS: the specs and its sources are compiled to require().
const tsconfig = {
  module: 'commonjs',
  moduleResolution: 'bundler',
  target: 'es2024',
  esModuleInterop: true,
  isolatedModules: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['ts-jest', { tsconfig }] },
};
