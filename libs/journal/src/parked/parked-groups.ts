import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';

/** Parked messages of one subscription, of one type, that failed in the same way. */
export interface ParkedGroup {
  readonly subscription: string;
  /** The contract's name; absent for bytes that can't be read. */
  readonly type?: string;
  /** `problem.type`; absent for sequences of which nothing failed any more: they wait to be replayed. */
  readonly problem?: string;
  /** Messages; those that only wait behind one of them are not counted. */
  readonly count: number;
  /** When the first and the last of them were parked, RFC 3339. */
  readonly oldestAt: string;
  readonly newestAt: string;
  /** The first of them. */
  readonly example: { readonly id: string; readonly detail: string };
}

/** So many groups are shown, the largest. */
const MOST = 100;
const UNTRIED = 'the message before it is gone; it waits for a replay of its key';

const row = z.object({
  subscription: z.string(),
  type: z.string().nullable(),
  problem_type: z.string().nullable(),
  count: z.int(),
  oldest_at: z.date(),
  newest_at: z.date(),
  example: z.coerce.string(),
  detail: z.string().nullable(),
});

/**
 * What is parked in one context by what is wrong with it, the largest group first, at most 100 of them. A look at every
 * parked message.
 */
export async function parkedGroups({ schema, dataSource }: ContextJournal): Promise<readonly ParkedGroup[]> {
  const table = `${quoted(schema)}.parked_message`;
  const text = `
    WITH grouped AS (
      SELECT m.subscription, m.type, m.problem_type, count(*)::int AS count, min(m.parked_at) AS oldest_at,
        max(m.parked_at) AS newest_at, min(m.position) AS example
      FROM ${table} m
      WHERE m.problem_type IS NOT NULL OR NOT EXISTS (
        SELECT FROM ${table} e WHERE e.subscription = m.subscription AND e.key = m.key AND e.position < m.position)
      GROUP BY m.subscription, m.type, m.problem_type
      ORDER BY count DESC, example LIMIT $1
    )
    SELECT g.*, m.problem_detail AS detail FROM grouped g JOIN ${table} m ON m.position = g.example
    ORDER BY g.count DESC, g.example`;
  const { rows } = await onConnection(await dataSource(), (client) => client.query<unknown>({ text, values: [MOST] }));
  return z.array(row).parse(rows).map(groupOf);
}

const groupOf = ({ subscription, type, problem_type, count, ...found }: z.output<typeof row>): ParkedGroup => ({
  subscription,
  ...(type === null ? {} : { type }),
  ...(problem_type === null ? {} : { problem: problem_type }),
  count,
  oldestAt: found.oldest_at.toISOString(),
  newestAt: found.newest_at.toISOString(),
  example: { id: found.example, detail: found.detail ?? UNTRIED },
});
