import { randomBytes } from 'node:crypto';
import type { Placement } from '../../support/placements.js';
import { besideOf, outcomeOf } from './beside.js';
import type { MakeFault } from './fault.js';

/**
 * A replica that was given another AUTH_SECRET than the others: it can read no message's token, and nobody can read
 * those that it signs. It must refuse to start, or say that it is not ready; what it is handed goes to those that can.
 */
export const addHostWithAnotherKey: MakeFault = ({ neighbours, placed }, { way }) =>
  besideOf(neighbours, {
    contexts: contextsOf(placed.placement, way),
    environment: () => ({ AUTH_SECRET: randomBytes(32).toString('hex') }),
    findings: outcomeOf('a host with another AUTH_SECRET'),
  });

/** What every order comes by. */
const BUSY = ['orders', 'inventory', 'payments', 'shipments', 'notifications'];

/** Of a host that takes messages: what the gateway alone would do with another key is refuse everybody's tokens. */
function contextsOf({ hosts }: Placement, way: number): readonly string[] {
  const candidates = hosts
    .filter((contexts) => contexts.some((context) => BUSY.includes(context)))
    .map((contexts) => contexts.filter((context) => context !== 'gateway'));
  return candidates[way % candidates.length] ?? [];
}
