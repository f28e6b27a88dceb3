import { query, role } from '@isolith/contracts';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { perContext } from './per-context.js';

export const auditCursor = z.string().regex(/^\d{1,18}$/, 'must be the nextCursor of a page');

export const audited = z.object({
  at: z.iso.datetime(),
  /** The user's id. */
  operator: z.string(),
  act: z.string(),
  reason: z.string().optional(),
  /** What it was done to, and what came of it: JSON as text, as each act names it. */
  subjectJson: z.string(),
  outcomeJson: z.string(),
});

/** What every context with a database answers about what people did to it, to operators only. */
function declare<const C extends string>(context: C) {
  const ListAudit = query(`${context}.actuator-list-audit`, {
    input: z.object({ limit: z.int().min(1).max(100), cursor: auditCursor.optional() }),
    output: z.object({ items: z.array(audited), nextCursor: z.string().optional() }),
    access: [role(OPERATOR)],
  });
  return { ListAudit } as const;
}

export type AuditMessages = ReturnType<typeof declare<string>>;

export const auditMessagesOf = perContext<AuditMessages>(declare);
