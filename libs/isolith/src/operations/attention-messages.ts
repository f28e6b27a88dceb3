import { query, role } from '@isolith/contracts';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { perContext } from './per-context.js';

const count = z.int().min(0);

/** What of a context waits, and for whom. */
export const attention = z.object({
  /** Sagas that wait for an operator. */
  sagas: count,
  /** Messages that were set aside and wait for an operator. */
  parked: count,
  /** Events that its journal has and has not handed to all of their subscriptions: each counts once for each. */
  waiting: count,
});

/** What every context with a database answers about what waits in it, to operators only. */
function declare<const C extends string>(context: C) {
  const CountAttention = query(`${context}.actuator-count-attention`, {
    input: z.object({}),
    output: attention,
    access: [role(OPERATOR)],
  });
  return { CountAttention } as const;
}

export const attentionMessagesOf = perContext<ReturnType<typeof declare<string>>>(declare);
