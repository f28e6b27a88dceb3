import { databaseServer } from '../../support/database-server.js';
import type { MakeFault } from './fault.js';

/** As if PostgreSQL crashed: transactions end in the middle, and the next start recovers from the log. */
export const killDatabase: MakeFault = () => ({
  hit: () => databaseServer.kill(),
  heal: () => databaseServer.start(),
});
