export { openTestContext, type TestContext, type TestContextOptions } from './open-test-context.js';
