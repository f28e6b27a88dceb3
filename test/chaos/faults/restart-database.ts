import { databaseServer } from '../../support/database-server.js';
import type { MakeFault } from './fault.js';

/** An orderly shutdown of PostgreSQL, which ends every connection. */
export const restartDatabase: MakeFault = () => ({
  hit: () => databaseServer.stop(),
  heal: () => databaseServer.start(),
});
