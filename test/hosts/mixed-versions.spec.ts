import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { compareContracts, type ContractDescription } from '@isolith/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { inFlight } from '../chaos/ground/in-flight.js';
import { Witness } from '../chaos/ground/witness.js';
import { leftovers } from '../chaos/sources/leftovers.js';
import { goldenContracts } from '../contracts/golden.js';
import { buildVersion } from '../support/build-version.js';
import { eventually } from '../support/eventually.js';
import type { Host } from '../support/host.js';
import { steadyLoad, type Called, type Load } from '../support/load.js';
import { nextVersion } from '../support/next-version.js';
import { nothingLeft, rollOver } from '../support/rollout.js';
import { placed, stock } from '../support/shapes.js';
import { acceptedOrder, newProduct, placeOrder, untilEnded } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

/**
 * How long each mixture of releases sells at least, once it has sold enough. For a long run, with figures:
 *
 *   ISOLITH_MIXED_MS=60000 npm run services -- exec npm run jest -- --selectProjects hosts --testPathPatterns
 *   mixed-versions
 */
const HOLD_MS = z.coerce
  .number()
  .int()
  .min(0)
  .parse(process.env['ISOLITH_MIXED_MS'] ?? 0);
/** Of a round. */
const MIXTURES = 4;
/**
 * Each round meets all mixtures: there, receivers of the one release get what senders of the other write, and on the
 * way back it is the other way round.
 */
const ROUNDS = [
  ['receivers first', ['inventory', 'orders']],
  ['senders first', ['orders', 'inventory']],
] as const;
/** Between two calls of a kind: hosts start while it sells, and share the machine with it. */
const PACE_MS = 100;
/** One more, and a sale of one makes the stock low. */
const LOW = 5;

const ANSWERS: Readonly<Record<string, number>> = { order: 202, 'order of the last': 202, receipt: 201, stock: 200 };

let shop: SplitShop;
let witness: Witness;
let next: readonly string[];
/** By a context of theirs, as they are now. */
const parts = new Map<string, Part>();
beforeAll(async () => {
  next = await buildVersion(nextVersion);
  shop = await startSplitShop({
    hosts: [
      ['gateway', 'users', 'products', 'shipments', 'assistant'],
      ['inventory', 'payments'],
      ['orders', 'notifications'],
    ],
  });
  witness = new Witness(shop.databaseUrl);
  for (const context of ['inventory', 'orders']) {
    const host = shop.fleet.hostOf(context);
    parts.set(context, { contexts: host.contexts, host });
  }
});
afterAll(async () => {
  await witness?.close();
  await Promise.all([...parts.values()].map(({ host }) => host.stop()));
  await shop?.stop();
});

/** The contexts that are replaced together, and the host that runs them. */
interface Part {
  readonly contexts: readonly string[];
  host: Host;
}

function partOf(context: string): Part {
  const part = parts.get(context);
  if (part === undefined) throw new Error(`${context} is in no part`);
  return part;
}

interface Sale {
  readonly load: Load;
  /** Those that were accepted. */
  readonly orders: readonly string[];
}

async function openSale(): Promise<Sale> {
  const { admin, customer } = shop;
  const [sku, scarce] = [await newProduct(shop, 1_000_000), await newProduct(shop, LOW + 1)];
  const orders: string[] = [];
  const order = async (of: string): Promise<{ readonly status: number }> => {
    await pause(PACE_MS);
    const answer = await placeOrder(customer, of);
    if (answer.status === ANSWERS['order']) orders.push(placed.parse(answer.body).id);
    return answer;
  };
  const load = steadyLoad({
    order: () => order(sku),
    'order of the last': () => order(scarce),
    receipt: async () => {
      await pause(PACE_MS);
      return admin.post(`/v1/inventory/${scarce}/receipts`, { quantity: 1 });
    },
    stock: async () => {
      await pause(PACE_MS);
      const answer = await admin.get(`/v1/inventory/${sku}`);
      // The gateway is of the release before: what it does not know it leaves out.
      stock.parse(answer.body);
      return answer;
    },
  });
  return { load, orders };
}

/** A host of the other release joins, sells beside the one before, and stays alone. */
async function replace(part: Part, { orders }: Sale, args: readonly string[] | undefined): Promise<number | null> {
  const { host, exit } = await rollOver(shop, { contexts: part.contexts, before: part.host, orders }, args);
  part.host = host;
  await pause(HOLD_MS);
  return exit;
}

const mixture = z.object({ receiver: z.string(), sender: z.string(), orders: z.coerce.number().int() });

/** Of which release the host was that reserved the stock of an order, and the one that asked for it. */
const mixtures = (orders: readonly string[]): Promise<z.output<typeof mixture>[]> =>
  witness.query(
    mixture,
    `SELECT CASE WHEN r.data ? 'channel' THEN 'next' ELSE 'this' END AS receiver,
            CASE WHEN r.data->>'channel' = 'web' OR (NOT r.data ? 'channel' AND c.data ? 'channel') THEN 'next' ELSE 'this' END AS sender,
            count(*) AS orders
     FROM inventory.journal r JOIN orders.journal c USING (key)
     WHERE r.key = ANY($1::text[]) AND r.type = 'inventory.stock-reserved' AND c.type = 'orders.order-confirmed' GROUP BY 1, 2 ORDER BY 1, 2`,
    [orders],
  );

const unexpected = (calls: readonly Called[]): readonly Called[] =>
  calls.filter(({ what, status }) => status !== ANSWERS[what]);

describe('contracts that only grew, rolled out host by host and back while orders are placed (fault 2)', () => {
  it('are compatible by the judgement that every change of the shop has to pass', async () => {
    const changes = compareContracts(goldenContracts.read(), await describedIn(dirname(next[0] ?? '')));
    expect(changes.map(({ contract, place, breaking }) => `${contract} ${place}${breaking ? ' breaks' : ''}`)).toEqual([
      'inventory.get-stock output/countedAt',
      'inventory.receive-stock output/countedAt',
      'inventory.reserve-stock input/channel',
      'inventory.stock-low input/channel',
      'inventory.stock-reserved input/channel',
      'orders.order-confirmed input/channel',
      'payments.charge-payment input/channel',
      'payments.charge-payment output/provider',
    ]);
  });

  it.each(HOLD_MS > 0 ? ROUNDS : ROUNDS.slice(0, 1))(
    'there and back with %s: no error at the caller, nothing parked, no saga that needs attention, every order confirmed',
    async (_, order) => {
      const began = performance.now();
      const sale = await openSale();
      const exits: (number | null)[] = [];
      for (const release of [next, undefined])
        for (const context of order) exits.push(await replace(partOf(context), sale, release));
      const calls = await sale.load.end();
      expect({ exits, unexpected: unexpected(calls) }).toEqual({ exits: [0, 0, 0, 0], unexpected: [] });
      const left = await eventually('all has been handled', () => leftovers(witness), nothingLeft);
      const ends = await endsOf(sale.orders);
      expect(ends).toEqual({ confirmed: sale.orders.length });
      const met = await mixtures(sale.orders);
      expect(met.map(({ receiver, sender }) => `${sender} to ${receiver}`).toSorted()).toEqual([
        'next to next',
        'next to this',
        'this to next',
        'this to this',
      ]);
      if (HOLD_MS > 0)
        process.stdout.write(
          `${JSON.stringify({ order, seconds: Math.round((performance.now() - began) / 1000), calls: calls.length, orders: sale.orders.length, ends, parked: left.parked.length, met })}\n`,
        );
    },
    300_000 + MIXTURES * HOLD_MS,
  );
});

const DESCRIBE = `
  const { describeContracts } = await import('@isolith/contracts');
  const { shop } = await import(process.argv[1]);
  process.stdout.write(JSON.stringify(describeContracts(shop.contexts.flatMap(({ contracts }) => contracts))));`;

/** The contracts of a built shop, in a process of their own: this one runs the sources. */
async function describedIn(folder: string): Promise<readonly ContractDescription[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    DESCRIBE,
    `${folder}/shop.js`,
  ]);
  return JSON.parse(stdout);
}

describe('a step that was sent by a host of one release, which was killed (fault 2)', () => {
  it('is sent again by one of the other, written differently, and has one effect', async () => {
    const sku = await newProduct(shop, 10);
    const part = partOf('orders');
    const id = await acceptedOrder(shop.customer, sku, { paymentToken: 'tok_slow' });
    await eventually(
      'the payment is being charged',
      () => witness.query(z.object({ status: z.string() }), 'SELECT status FROM payments.payment'),
      (rows) => rows.some(({ status }) => status === 'pending'),
    );
    await part.host.kill();
    expect((await inFlight(witness)).at).toEqual({ 'checkout:charge-payment': 1 });
    part.host = await shop.fleet.startBeside(part.contexts, {}, { args: next });
    expect((await untilEnded(shop.customer, id)).status).toBe('confirmed');
  });
});

const ended = z.object({ status: z.string(), orders: z.coerce.number().int() });

/** How the orders of a sale ended, counted. */
async function endsOf(ids: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const rows = await witness.query(
    ended,
    `SELECT replace(type, 'orders.order-', '') AS status, count(*) AS orders FROM orders.journal
     WHERE key = ANY($1::text[]) AND type <> 'orders.order-placed' GROUP BY 1`,
    [ids],
  );
  return Object.fromEntries(rows.map(({ status, orders }) => [status, orders]));
}
