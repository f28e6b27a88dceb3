export { openTestContext, type TestContext, type TestContextOptions } from './open-test-context.js';
export { openOwnDataSource } from './own-data-source.js';
