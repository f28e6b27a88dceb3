export { CutOff } from './cut-off.js';
export { SilentDoor } from './silent-door.js';
export { createServerDatabase, openTestDatabase, testsRunOnServer, type TestDatabase } from './test-database.js';
