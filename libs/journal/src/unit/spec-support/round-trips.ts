import { z } from 'zod';
import type { ContextJournal } from '../../context/context-journal.js';

const grouped = z.object({ text: z.string(), together: z.array(z.object({ text: z.string() })).optional() });

/**
 * What the one session of a database is sent while the work runs: each element is one thing that is waited for, with
 * its statements.
 */
export async function roundTripsOf(
  journal: ContextJournal,
  work: () => Promise<unknown>,
): Promise<readonly (readonly string[])[]> {
  const trips: string[][] = [];
  const runner = (await journal.dataSource()).createQueryRunner();
  const client: { query: (...args: unknown[]) => unknown } = await runner.connect();
  await runner.release();
  const { query } = client;
  client.query = function spied(this: unknown, ...args: unknown[]) {
    const { text, together = [{ text }] } = grouped.safeParse(args[0]).data ?? { text: String(args[0]) };
    trips.push(together.map((each) => each.text));
    return query.apply(this, args);
  };
  await work().finally(() => void (client.query = query));
  return trips;
}
