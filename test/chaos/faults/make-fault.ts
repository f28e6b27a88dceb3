import type { FaultKind } from '../plan/run-plan.js';
import { cutBrokerConnections } from './cut-broker-connections.js';
import { cutDatabaseConnections } from './cut-database-connections.js';
import { drainHost } from './drain-host.js';
import type { MakeFault } from './fault.js';
import { freezeHost } from './freeze-host.js';
import { killBroker } from './kill-broker.js';
import { killDatabase } from './kill-database.js';
import { killHost } from './kill-host.js';
import { restartBroker } from './restart-broker.js';
import { restartDatabase } from './restart-database.js';

export const makeFault: Readonly<Record<FaultKind, MakeFault>> = {
  'kill-host': killHost,
  'freeze-host': freezeHost,
  'drain-host': drainHost,
  'kill-broker': killBroker,
  'restart-broker': restartBroker,
  'cut-broker-connections': cutBrokerConnections,
  'kill-database': killDatabase,
  'restart-database': restartDatabase,
  'cut-database-connections': cutDatabaseConnections,
};
