import { SingleStatements } from '@isolith/journal/internal';
import { runAs } from '@isolith/message-bus';
import { z } from 'zod';
import type { SagaStatusName } from '../instance/progress.js';
import { SagaRetention, type SagaRetentionParts } from '../operations/saga-retention.js';
import type { World } from './world.js';

export const OLD = 'orders.old';
const counted = z.object({ count: z.int() });
const found = z.object({ id: z.string() });

/** When sagas began and when they last changed, in days before now; without `begun` at the same time. */
export interface Age {
  readonly changed: number;
  readonly begun?: number;
}

/**
 * Sagas named `<id>-1` to `<id>-<count>`, each with three entries in its timeline, as engines leave them in the table.
 */
export async function sagasOf(
  world: World,
  id: string,
  count: number,
  status: SagaStatusName,
  { changed, begun = changed }: Age,
): Promise<void> {
  const { unit } = world.context;
  await unit.run(async () => {
    await unit.execute(
      `INSERT INTO orders.saga (name, id, version, status, state, principal, correlation_id, created_at, updated_at)
       SELECT $1, $2 || '-' || n, 1, $4, '{}', '{}', 'c', now() - $5::float8 * interval '1 day', now() - $6::float8 * interval '1 day' FROM generate_series(1, $3::int) AS n`,
      [OLD, id, count, status, begun, changed],
    );
    await unit.execute(
      `INSERT INTO orders.saga_transition (name, id, seq, what) SELECT $1, $2 || '-' || n, seq, 'entry' FROM generate_series(1, $3::int) AS n, generate_series(1, 3) AS seq`,
      [OLD, id, count],
    );
  });
}

export async function countOf(world: World, table: 'saga' | 'saga_transition'): Promise<number | undefined> {
  return (await world.context.database.query(counted, `SELECT count(*)::int AS count FROM orders.${table}`))[0]?.count;
}

/** The ids in a table, each once. */
export async function idsIn(world: World, table: 'saga' | 'saga_transition'): Promise<readonly string[]> {
  return (await world.context.database.query(found, `SELECT DISTINCT id FROM orders.${table} ORDER BY id`)).map(
    ({ id }) => id,
  );
}

/** A host by what it deletes, after 90 days, and what it has said. */
export function deleting(world: World, more: Partial<Pick<SagaRetentionParts, 'batch' | 'days' | 'statements'>> = {}) {
  const said: object[] = [];
  const statements = new SingleStatements(world.context.journal);
  const retention = new SagaRetention({
    schema: 'orders',
    context: 'orders',
    statements,
    days: () => 90,
    log: { debug: (entry) => void said.push(entry) },
    ...more,
  });
  /** As an upkeep does it. Returns how many batches there were. */
  const sweep = async (): Promise<number> => {
    let batches = 1;
    while (await runAs('orders', () => retention.deleteSome())) batches += 1;
    return batches;
  };
  return { retention, said, sweep };
}
