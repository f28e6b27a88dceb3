import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { Aggregates } from '../aggregates.js';
import { snapshotMigrations } from '../migrations/event-sourcing-migrations.js';
import { aggregateSql } from '../snapshot/snapshot-sql.js';
import { Snapshots } from '../snapshot/snapshots.js';

export interface Carts extends Pick<TestContext, 'unit' | 'database' | 'close'> {
  readonly aggregates: Aggregates;
  readonly snapshots: Snapshots;
  /** As another process has them: what runs in one knows nothing of what runs in the other. */
  again(): Aggregates;
  /** What was told of snapshots that could not be kept. */
  readonly reported: string[];
}

export async function openCarts(): Promise<Carts> {
  const context = await openTestContext({ context: 'shop', migrations: snapshotMigrations });
  const { unit, database } = context;
  const reported: string[] = [];
  const snapshots = new Snapshots({
    context: 'shop',
    unit,
    sql: aggregateSql('shop'),
    report: (message, error) => reported.push(`${message}: ${String(error)}`),
  });
  const again = (): Aggregates => new Aggregates({ context: 'shop', schema: 'shop', unit, database, snapshots });
  return { unit, database, aggregates: again(), again, snapshots, reported, close: () => context.close() };
}
