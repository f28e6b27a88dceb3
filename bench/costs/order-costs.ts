import { setTimeout as pause } from 'node:timers/promises';
import { Client as Database } from 'pg';
import { freshVhost } from '../../test/support/broker.js';
import { newCustomer, signIn } from '../../test/support/client.js';
import { freshDatabase } from '../../test/support/database.js';
import { startFleet } from '../../test/support/fleet.js';
import type { Placement } from '../../test/support/placements.js';
import { acceptedOrder, ADMIN, newProduct } from '../../test/support/shop.js';
import { spreadOf } from '../harness/statistics.js';
import { during, each, medians, type Counts } from './counts.js';
import { proxyTo } from './proxy.js';
import { PublishCounter } from './publish-counter.js';
import { StatementCounter } from './statement-counter.js';

/** What one confirmed order costs, everything that it leads to included. */
export interface OrderCosts extends Counts {
  /** Commits from the request until the order is confirmed, of orders that are placed one at a time. */
  readonly commitsUntilConfirmed: number;
  /** Statements of one order, most frequent first. */
  readonly statements: readonly (readonly [text: string, perOrder: number])[];
}

export interface CostOptions {
  readonly batches: number;
  readonly ordersPerBatch: number;
  readonly progress: (line: string) => void;
}

/** A bound for failing. */
const ORDER_MS = 30_000;
/** How long the end of an order's saga and its notification take, and longer. */
const SETTLE_MS = 50;
/** As long as an idle interval that is taken for the background. */
const IDLE_MS = 3_000;
const IDLES = 3;
/** After the last order of a batch: its notification and the relays' checkpoints are still to come. */
const REST_MS = 2_500;

/**
 * Starts the shop behind proxies that count, and places orders one after another in batches; what an idle shop costs in
 * the same time is subtracted. Medians over the batches. The orders' ends are looked up past the proxy.
 */
export async function orderCosts(
  placement: Placement,
  { batches, ordersPerBatch, progress }: CostOptions,
): Promise<OrderCosts> {
  const [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  const statements = new StatementCounter(/UPDATE orders\.order_view/);
  const publishes = new PublishCounter();
  const toDatabase = await proxyTo(database.url, statements.onConnection);
  const toBroker = await proxyTo(vhost.url, publishes.onConnection);
  const fleet = await startFleet({
    placement,
    databaseUrl: toDatabase.url,
    environment: { DATABASE_POOL: '10' },
    ...(placement.hosts.length > 1 ? { transportUrl: toBroker.url } : {}),
  });
  const observer = new Database({ connectionString: database.url });
  await observer.connect();
  const ask = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<R> => {
    const {
      rows: [row],
    } = await observer.query<R>(text, [...values]);
    if (row === undefined) throw new Error('no answer');
    return row;
  };
  const counts = async (): Promise<Counts> => {
    const { wal } = await ask<{ wal: string }>(`SELECT pg_current_wal_lsn() - '0/0' AS wal`);
    const { commits, transactions, roundTrips } = statements;
    return { commits, transactions, roundTrips, walBytes: Number(wal), messages: publishes.messages };
  };
  try {
    const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    const sku = await newProduct({ admin }, 1_000_000);
    const customer = await newCustomer(fleet.url);
    const untilConfirmed: number[] = [];
    const order = async (): Promise<void> => {
      // What the order before leads to after its end is no part of this one.
      await pause(SETTLE_MS);
      const before = statements.commits;
      const id = await acceptedOrder(customer, sku);
      const until = performance.now() + ORDER_MS;
      while (
        (await ask<{ status: string }>('SELECT status FROM orders.order_view WHERE order_id = $1', [id])).status !==
        'confirmed'
      ) {
        if (performance.now() > until) throw new Error(`order ${id} is not confirmed`);
        await pause(1);
      }
      untilConfirmed.push(statements.commitsAtLastEnd - before);
    };
    for (let warm = 0; warm < ordersPerBatch; warm += 1) await order();
    await pause(REST_MS);
    const idles: Counts[] = [];
    while (idles.length < IDLES) idles.push(await during(counts, () => pause(IDLE_MS)));
    const background = medians(idles);
    statements.statements.clear();
    untilConfirmed.length = 0;
    const measured: Counts[] = [];
    for (let batch = 0; batch < batches; batch += 1) {
      progress(`costs: ${placement.name}, batch ${batch + 1} of ${batches}`);
      const began = performance.now();
      const all = await during(counts, async () => {
        for (let nth = 0; nth < ordersPerBatch; nth += 1) await order();
        await pause(REST_MS);
      });
      const idle = (performance.now() - began) / IDLE_MS;
      measured.push(each(all, (value, key) => (value - background[key] * idle) / ordersPerBatch));
    }
    const orders = batches * ordersPerBatch;
    return {
      ...medians(measured),
      commitsUntilConfirmed: spreadOf(untilConfirmed).median,
      statements: [...statements.statements]
        .map(([text, count]) => [text, count / orders] as const)
        .sort(([, a], [, b]) => b - a),
    };
  } finally {
    await observer.end();
    await fleet.stop();
    await toDatabase.close();
    await toBroker.close();
    await vhost.drop();
    await database.drop();
  }
}
