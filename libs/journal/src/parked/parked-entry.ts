import { envelopeSchema } from '@isolith/contracts';
import { z } from 'zod';
import type { ParkedProblem } from '../context/problem.js';

/** Which messages; what is absent may be anything. */
export interface ParkedFilter {
  readonly subscription?: string | undefined;
  readonly key?: string | undefined;
  /** The contract's name. */
  readonly type?: string | undefined;
  /** `problem.type`. */
  readonly problem?: string | undefined;
}

export const parkedFilter = z
  .object({ subscription: z.string(), key: z.string(), type: z.string(), problem: z.string() })
  .partial();

/** A parked message, from outside. */
export interface ParkedEntry {
  /** Of the message in its context. */
  readonly id: string;
  readonly subscription: string;
  /** Its sequence. Messages without an ordering key have one of their own, which begins with `#`. */
  readonly key: string;
  /** Absent for bytes that can't be read. */
  readonly type?: string;
  readonly messageId: string;
  /** Times that its handler ran and threw. */
  readonly attempts: number;
  /** Absent when it only waits behind an earlier message of its key. */
  readonly problem?: ParkedProblem;
  /** RFC 3339. */
  readonly parkedAt: string;
  /** How many later messages of its sequence wait. */
  readonly behind: number;
}

/** The columns that make an entry, of a table called `m`. */
export const entryColumns = (
  table: string,
): string => `m.position, m.subscription, m.key, m.type, m.message_id, m.attempts, m.problem_type, m.problem_detail, m.parked_at,
  (SELECT count(*)::int FROM ${table} b WHERE b.subscription = m.subscription AND b.key = m.key AND b.position > m.position) AS behind`;

export const entryRow = z.object({
  position: z.coerce.string(),
  subscription: z.string(),
  key: z.string(),
  type: z.string().nullable(),
  message_id: z.string(),
  attempts: z.int(),
  problem_type: z.string().nullable(),
  problem_detail: z.string().nullable(),
  parked_at: z.date(),
  behind: z.int(),
});

export const wholeRow = entryRow.extend({
  envelope: envelopeSchema.nullable(),
  bytes: z.int(),
  edited_at: z.date().nullable(),
  edited_by: z.string().nullable(),
  edited_reason: z.string().nullable(),
});

export function entryOf({
  position,
  subscription,
  key,
  type,
  message_id,
  attempts,
  problem_type,
  problem_detail,
  parked_at,
  behind,
}: z.output<typeof entryRow>): ParkedEntry {
  return {
    id: position,
    subscription,
    key,
    ...(type === null ? {} : { type }),
    messageId: message_id,
    attempts,
    ...(problem_type === null || problem_detail === null
      ? {}
      : { problem: { type: problem_type, detail: problem_detail } }),
    parkedAt: parked_at.toISOString(),
    behind,
  };
}
