import { z } from 'zod';
import type { Witness } from './witness.js';

const moving = z.object({ name: z.string(), at: z.string(), count: z.coerce.number().int() });

/** The orders whose processes are under way at one moment, by where they are. */
export interface InFlight {
  readonly orders: number;
  /** How many orders are at `checkout:charge-payment`, `checkout:undoing`, … */
  readonly at: Readonly<Record<string, number>>;
}

/** Looks at the database of orders. Rejects when that is away. */
export async function inFlight(witness: Witness): Promise<InFlight> {
  const rows = await witness.query(
    moving,
    `SELECT split_part(name, '.', 2) AS name, CASE status WHEN 'running' THEN coalesce(step, 'done') ELSE 'undoing' END AS at, count(*) AS count
     FROM orders.saga WHERE status IN ('running', 'compensating') GROUP BY 1, 2`,
  );
  return {
    orders: rows.reduce((sum, { count }) => sum + count, 0),
    at: Object.fromEntries(rows.map(({ name, at, count }) => [`${name}:${at}`, count])),
  };
}
