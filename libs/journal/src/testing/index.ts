export { CutOff } from './cut-off.js';
export { SilentDoor } from './silent-door.js';
export { createServerDatabase, openTestDatabase, testsRunOnServer, type TestDatabase } from './test-database.js';
export { openTestContext, type TestContext, type TestContextOptions } from './open-test-context.js';
export { PowerCutDisk } from './power-cut/power-cut-disk.js';
