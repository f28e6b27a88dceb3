import { command, failure, role } from '@isolith/contracts';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { CircuitMove } from '../policies/host-circuits.js';
import { operatorText, reason } from './operator-text.js';
import { perContext } from './per-context.js';

/** The other hosts could not be told, and this one has moved nothing. */
export class HostsNotTold extends failure('circuit.hosts-not-told', {
  status: 503,
  retryable: true,
  detail: 'nobody knows whether the other hosts were told: look at the list, and ask again',
}) {}

/** What every context lets operators do to the circuits of its policies. */
function declare<const C extends string>(context: C) {
  const MoveCircuit = command(`${context}.actuator-move-circuit`, {
    input: z.object({ policy: operatorText, move: CircuitMove, host: operatorText.optional(), reason }),
    output: z.object({}),
    failures: [HostsNotTold],
    access: [role(OPERATOR)],
  });
  return { MoveCircuit } as const;
}

export type CircuitMessages = ReturnType<typeof declare<string>>;

export const circuitMessagesOf = perContext<CircuitMessages>(declare);
