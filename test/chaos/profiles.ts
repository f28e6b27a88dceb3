import { controlSocket } from '../support/broker.js';
import { databaseControlSocket } from '../support/database-server.js';
import type { FaultsAllowed } from './plan/draw-faults.js';
import type { PlanOptions } from './plan/draw-plan.js';

export const allowedHere = (): FaultsAllowed => ({
  ownBroker: controlSocket() !== undefined,
  ownDatabase: databaseControlSocket() !== undefined,
});

/** Long enough for leases to run out (5 s) and for reconnects to back off. */
export const longRun = (orders: number): PlanOptions => ({
  orders,
  rounds: { least: 2, most: 4 },
  hold: { least: 100, most: 8_000 },
  long: { chance: 0.12, ms: 20_000 },
  pairs: 0.3,
  allowed: allowedHere(),
});

/** As much as fits into a test. */
export const shortRun = (orders: number): PlanOptions => ({
  orders,
  rounds: { least: 1, most: 1 },
  hold: { least: 100, most: 1_500 },
  pairs: 0,
  allowed: allowedHere(),
});
