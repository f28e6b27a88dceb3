import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client as Database } from 'pg';
import { z } from 'zod';
import { Client, signIn } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { eachItsOwn } from '../support/placements.js';
import { user } from '../support/shapes.js';
import { acceptedOrder, address, newProduct, untilEnded, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';
import { startTraceSink, type ExportedSpan, type TraceSink } from '../support/trace-sink.js';
import { ONE_ORDER, ORPHANS } from './fixtures/one-order-trace.js';

/** A browser that traces, and an operator's. */
interface Caller {
  readonly traceId: string;
  readonly spanId: string;
}
const caller = (): Caller => ({ traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') });
const traceparentOf = ({ traceId, spanId }: Caller): { traceparent: string } => ({
  traceparent: `00-${traceId}-${spanId}-01`,
});

/** Marks that may be in no span. `tok_flaky` fails twice and works then. */
const PERSONAL = {
  name: 'Zuleika Planted',
  email: 'planted-address@shop.example',
  password: 'planted password of hers',
  paymentToken: 'tok_flaky',
  unknownToken: 'tok_planted',
  reset: 'planted-unknown@shop.example',
};

const parkedPage = z.object({ items: z.array(z.object({ subscription: z.string(), key: z.string() })) });
const [browser, operator] = [caller(), caller()];

let sink: TraceSink;
let shop: SplitShop;
let isStopped = false;
let database: Database;
let killedAt = 0n;
let spans: readonly ExportedSpan[] = [];

beforeAll(async () => {
  sink = await startTraceSink();
  shop = await startSplitShop({
    ...eachItsOwn,
    environment: {
      ...eachItsOwn.environment,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      // The provider is asked until its host dies, however long that takes: an attempt that has ended is a span more.
      PAYMENT_TIMEOUT_MS: '60000',
    },
  });
  database = new Database({ connectionString: shop.databaseUrl });
  await database.connect();
  await oneOrder();
  await database.end();
  // What is left is exported when a host stops.
  isStopped = true;
  await shop.stop();
  spans = sink.spansOf(browser.traceId);
});
afterAll(async () => {
  if (!isStopped) {
    await database?.end();
    await shop?.stop();
  }
  await sink?.close();
});

/** An order over a killed host and a notice that is parked and replayed. */
async function oneOrder(): Promise<void> {
  const customer = await newCustomer();
  const sku = await newProduct(shop, 5);
  await database.query('BEGIN');
  await database.query('LOCK TABLE sandbox_provider.attempt IN ACCESS EXCLUSIVE MODE');
  const id = await acceptedOrder(customer, sku, {
    paymentToken: PERSONAL.paymentToken,
    headers: traceparentOf(browser),
  });
  const waiting = `SELECT count(*)::int AS n FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                   WHERE NOT l.granted AND c.relname = 'attempt'`;
  await eventually(
    'the provider is being asked',
    async () => (await database.query(waiting)).rows,
    ([first]) => z.object({ n: z.int() }).parse(first).n > 0,
  );
  await eventually(
    'what was done before is exported',
    async () => sink.spansOf(browser.traceId).map(({ name }) => name),
    (names) => ORPHANS.every((orphan) => names.includes(orphan)),
  );
  killedAt = BigInt(Date.now()) * 1_000_000n;
  await shop.fleet.kill('payments');
  await database.query('COMMIT');
  await database.query(`CREATE FUNCTION notifications.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'broken'; END $$`);
  await database.query(
    'CREATE TRIGGER refuse BEFORE INSERT ON notifications.notifications FOR EACH ROW EXECUTE FUNCTION notifications.refuse()',
  );
  await shop.fleet.restart('payments');
  await untilStatus(customer, id, 'confirmed');
  const parked = await eventually(
    'its notice is parked',
    () => shop.admin.expect(200, parkedPage, shop.admin.get('/actuator/parked')),
    ({ items }) => items.length > 0,
  );
  await database.query('DROP FUNCTION notifications.refuse() CASCADE');
  const { subscription, key } = parked.items[0] ?? {};
  const replay = shop.admin.post(
    '/actuator/parked/notifications/replay',
    { subscription, key },
    { headers: traceparentOf(operator) },
  );
  expect((await replay).body).toMatchObject({ status: 'completed', replayed: 1 });
  await untilEnded(customer, await acceptedOrder(customer, sku, { paymentToken: PERSONAL.unknownToken }));
  await new Client(shop.fleet.url).post('/v1/password-resets', { email: PERSONAL.reset });
}

async function newCustomer(): Promise<Client> {
  const { email, password, name } = PERSONAL;
  const anonymous = new Client(shop.fleet.url);
  await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name }));
  return signIn(shop.fleet.url, email, password);
}

/** The names of spans and of what they are under. */
function pairs(): readonly string[] {
  const names = new Map([...spans.map(({ spanId, name }) => [spanId, name] as const), [browser.spanId, 'browser']]);
  const found = spans.map(({ name, parentSpanId = '' }) => `${names.get(parentSpanId) ?? 'dead'} > ${name}`);
  return [...new Set(found)].toSorted();
}

describe('one order over hosts of their own, one of which dies while it is handled', () => {
  it('is one tree under the span of the browser', () => {
    expect(pairs().filter((pair) => !pair.startsWith('dead > '))).toEqual(ONE_ORDER);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === browser.spanId)).toHaveLength(1);
  });

  it('lacks what was open on the host that died, and nothing else', () => {
    const ids = new Set([browser.spanId, ...spans.map(({ spanId }) => spanId)]);
    const orphans = spans.filter(({ parentSpanId = '' }) => !ids.has(parentSpanId));
    expect([...new Set(orphans.map(({ name }) => name))]).toEqual(ORPHANS);
    for (const { resource, startTimeUnixNano } of orphans) {
      expect(resource['isolith.contexts']).toEqual(['payments']);
      expect(startTimeUnixNano).toBeLessThan(killedAt);
    }
  });

  it('goes through every context that has to do with it', () => {
    const hosts = new Set(spans.flatMap(({ resource }) => z.array(z.string()).parse(resource['isolith.contexts'])));
    expect([...hosts].toSorted()).toEqual([
      'gateway',
      'inventory',
      'notifications',
      'orders',
      'payments',
      'products',
      'shipments',
    ]);
  });

  it('says how often the provider was asked', () => {
    const attempts = spans.filter(({ name }) => name === 'call payment-provider.cards.attempts');
    expect(attempts.at(-1)?.attributes).toMatchObject({ 'isolith.policy.attempts': 3, 'isolith.policy.retried': true });
  });

  it('has the replay of the notice, which links to the operator', () => {
    const linked = spans.filter(({ links }) => links.length > 0);
    expect(linked.map(({ name, links }) => [name, links.map(({ traceId }) => traceId)])).toEqual([
      ['process orders.order-confirmed', [operator.traceId]],
    ]);
  });

  it('has nothing of a person in what any host exports', () => {
    const raw = sink.raw();
    expect(raw).toContain('POST /v1/users');
    expect(raw).toContain('POST /v1/password-resets');
    const { name, line1, city, postalCode } = address;
    for (const planted of [...Object.values(PERSONAL), name, line1, city, postalCode])
      expect(raw.includes(planted) ? planted : '').toBe('');
  });
});
