import { openTestContext, type TestContext } from '@isolith/journal/testing';
import type { JournalReader } from '@isolith/journal/internal';
import { z } from 'zod';
import { projectionMigrations } from '../migrations/event-sourcing-migrations.js';
import { Builds } from '../projection/builds.js';
import { projection, type Projection } from '../projection/projection.js';
import { lazyReader, ProjectionRunner } from '../projection/projection-runner.js';
import { Projections } from '../projection/projections.js';
import { ItemAdded, OrderSubmitted } from './cart.js';

const spec = {
  name: 'cart-sizes',
  version: 1,
  events: [ItemAdded, OrderSubmitted] as const,
  table: (name: string) => [
    `CREATE TABLE ${name} (cart_id text PRIMARY KEY, items integer NOT NULL, submitted boolean NOT NULL)`,
    `CREATE INDEX ON ${name} (items)`,
  ],
};

/** How many items each cart has. `trap` is asked before each event is applied; it may throw. */
export const cartSizes = ({ version = 1, trap }: { version?: number; trap?: (sku: string) => void } = {}) =>
  projection({
    ...spec,
    version,
    apply: (happened, { table, write }) => {
      if (happened.type === 'shop.order-submitted') {
        write(`UPDATE ${table} SET submitted = true WHERE cart_id = $1`, [happened.cartId]);
        return;
      }
      trap?.(happened.sku);
      write(
        `INSERT INTO ${table} AS cart VALUES ($1, $2, false) ON CONFLICT (cart_id) DO UPDATE SET items = cart.items + $2`,
        [happened.cartId, happened.quantity],
      );
    },
  });

export const Size = z.object({ cart_id: z.string(), items: z.int(), submitted: z.boolean() });

export interface ProjectingHost {
  readonly projections: Projections;
  readonly runner: ProjectionRunner;
}

export interface Sizes extends Pick<TestContext, 'unit' | 'database'> {
  readonly builds: Builds;
  readonly reader: JournalReader;
  readonly reported: string[];
  /** What was told of builds. */
  readonly told: string[];
  /** What was met that only a newer release can read. */
  readonly newer: string[];
  /** A process that has these projections. */
  host(...projections: readonly Projection[]): ProjectingHost;
  /** One that looks at the journal when it is woken, and hardly ever by itself. */
  sleepyHost(...projections: readonly Projection[]): ProjectingHost;
  add(cartId: string, items: number): Promise<void>;
  /** Reads a table of the context's schema. */
  rows(table: string): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export async function openSizes(): Promise<Sizes> {
  const context = await openTestContext({ context: 'shop', migrations: projectionMigrations });
  const { unit, database } = context;
  const builds = new Builds('shop', unit, database);
  const reported: string[] = [];
  const told: string[] = [];
  const newer: string[] = [];
  const running: ProjectionRunner[] = [];
  const parts = { context: 'shop', unit, builds, reader: () => context.reader() };
  const host = (projections: readonly Projection[], pollMs: number): ProjectingHost => {
    const report = (message: string, error: unknown): void => void reported.push(`${message}: ${String(error)}`);
    const tell = (line: string): void => void told.push(line);
    const meetsNewer = ({ message }: Error): void => void newer.push(message);
    const runner = new ProjectionRunner({ ...parts, projections, report, tell, meetsNewer, pollMs });
    running.push(runner);
    runner.start();
    const moved = (longestMs: number): Promise<void> => runner.afterNextStep(longestMs);
    return {
      runner,
      projections: new Projections({ ...parts, projections, database, wake: () => runner.wake(), moved }),
    };
  };
  return {
    unit,
    database,
    builds,
    reader: lazyReader(parts.reader),
    reported,
    told,
    newer,
    host: (...projections) => host(projections, 20),
    sleepyHost: (...projections) => host(projections, 3_600_000),
    add: (cartId, items) =>
      unit.run(async () => {
        const [{ version } = { version: 0 }] = await database.query(
          z.object({ version: z.int() }),
          'SELECT count(*)::int AS version FROM shop.journal WHERE stream = $1',
          [cartId],
        );
        const events = Array.from(
          { length: items },
          (_, nth) => new ItemAdded({ cartId, sku: `sku-${nth}`, quantity: 1 }),
        );
        unit.append(cartId, version, events);
      }),
    rows: (table) => database.query(Size, `SELECT * FROM shop.${table} ORDER BY cart_id`),
    close: async () => {
      await Promise.all(running.map((runner) => runner.stop()));
      await context.close();
    },
  };
}
