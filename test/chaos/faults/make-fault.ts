import type { FaultKind } from '../plan/run-plan.js';
import { addHostWithAnotherKey } from './add-host-with-another-key.js';
import { addSecondInstallation } from './add-second-installation.js';
import { changeSessionSettings } from './change-session-settings.js';
import { cutBrokerConnections } from './cut-broker-connections.js';
import { cutDatabaseConnections } from './cut-database-connections.js';
import { deleteQueue } from './delete-queue.js';
import { drainHost } from './drain-host.js';
import type { MakeFault } from './fault.js';
import { freezeHost } from './freeze-host.js';
import { killBroker } from './kill-broker.js';
import { killDatabase } from './kill-database.js';
import { killHost } from './kill-host.js';
import { replaceWithAnotherVersion } from './replace-with-another-version.js';
import { restartBroker } from './restart-broker.js';
import { restartDatabase } from './restart-database.js';
import { restoreRows } from './restore-rows.js';
import { sendPoisonAmong } from './send-poison.js';
import { setPolicy } from './set-policy.js';
import { stepHostClock } from './step-host-clock.js';
import { throwAnything } from './throw-anything.js';
import { turnReadOnly } from './turn-read-only.js';

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
  'step-host-clock': stepHostClock,
  'replace-with-another-version': replaceWithAnotherVersion,
  'add-host-with-another-key': addHostWithAnotherKey,
  'add-second-installation': addSecondInstallation,
  'change-session-settings': changeSessionSettings,
  'turn-read-only': turnReadOnly,
  'set-policy': setPolicy,
  'delete-queue': deleteQueue,
  'send-poison': sendPoisonAmong,
  'throw-anything': throwAnything,
  'restore-rows': restoreRows,
};
