import { query, role } from '@isolith/contracts';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { operatorText } from './operator-text.js';
import { perContext } from './per-context.js';

/** What one context tells at most, and an answer to an operator has at most. */
export const MOST_CAUSES = 1_000;

export const cause = z.object({
  id: z.string(),
  parent: z.string().optional(),
  kind: z.enum(['command', 'event', 'saga', 'step']),
  name: z.string(),
  at: z.iso.datetime(),
  outcome: z.string().optional(),
  detail: z.string().optional(),
  /** Ids that the command of a step may have had. */
  sent: z.array(z.string()).max(10).optional(),
});

/** What every context with a database answers about what a request led to, to operators only. */
function declare<const C extends string>(context: C) {
  const ListCauses = query(`${context}.actuator-list-causes`, {
    input: z.object({ correlationId: operatorText }),
    output: z.object({ items: z.array(cause), more: z.boolean() }),
    access: [role(OPERATOR)],
  });
  return { ListCauses } as const;
}

export type CauseMessages = ReturnType<typeof declare<string>>;

export const causeMessagesOf = perContext<CauseMessages>(declare);
