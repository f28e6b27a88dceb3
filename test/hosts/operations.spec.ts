import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client as Database } from 'pg';
import { z } from 'zod';
import { expectProblem } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { runMain } from '../support/run-main.js';
import { notification, pageOf } from '../support/shapes.js';
import { acceptedOrder, newProduct, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const REST = ['users', 'products', 'orders', 'payments', 'inventory', 'shipments', 'gateway', 'assistant'];
/** Events of other orders that pass while one is parked. */
const OTHERS = 1_000;

const parked = z.object({
  context: z.string(),
  id: z.string(),
  subscription: z.string(),
  key: z.string(),
  type: z.string(),
  attempts: z.int(),
  behind: z.int(),
  problem: z.object({ type: z.string(), detail: z.string() }).optional(),
});
const parkedPage = z.object({
  items: z.array(parked.loose()),
  unreachable: z.array(z.object({ context: z.string(), reason: z.string() })),
});
const sagas = z.object({
  items: z.array(z.looseObject({ context: z.string(), name: z.string(), id: z.string(), status: z.string() })),
  unreachable: z.array(z.looseObject({ context: z.string() })),
});

let shop: SplitShop;
let database: Database;

beforeAll(async () => {
  shop = await startSplitShop({ hosts: [REST, ['notifications']] });
  database = new Database({ connectionString: shop.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await shop?.stop();
});

const allParked = () => shop.admin.expect(200, parkedPage, shop.admin.get('/actuator/parked'));
const toldOf = async (orderId: string): Promise<readonly string[]> => {
  const { items } = await shop.customer.expect(
    200,
    pageOf(notification),
    shop.customer.get('/v1/notifications?limit=100'),
  );
  return items
    .filter(({ text }) => text.includes(orderId))
    .map(({ kind }) => kind)
    .toReversed();
};

/**
 * Notices about one order can't be written: a defect that somebody will mend. Until it is there nobody writes any, so
 * that none is written before, however long the answer to the order takes.
 */
async function breakNoticesOf(place: () => Promise<string>): Promise<{ orderId: string; mend: () => Promise<void> }> {
  await database.query('BEGIN');
  await database.query('LOCK TABLE notifications.notifications IN SHARE ROW EXCLUSIVE MODE');
  const orderId = await place();
  await database.query(`CREATE FUNCTION notifications.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.order_id = '${z.uuid().parse(orderId)}' THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$`);
  await database.query(
    'CREATE TRIGGER refuse BEFORE INSERT ON notifications.notifications FOR EACH ROW EXECUTE FUNCTION notifications.refuse()',
  );
  await database.query('COMMIT');
  return { orderId, mend: async () => void (await database.query('DROP FUNCTION notifications.refuse() CASCADE')) };
}

/** A confirmed order whose notice is parked, until the defect is mended. */
async function parkedOrder() {
  const sku = await newProduct(shop, 5);
  const { orderId, mend } = await breakNoticesOf(() => acceptedOrder(shop.customer, sku));
  await untilStatus(shop.customer, orderId, 'confirmed');
  const {
    items: [first],
  } = await eventually('parked', allParked, ({ items }) => items.length > 0);
  return { orderId, first, mend };
}

/** News of many other orders, as the journal of orders would hold them. */
async function newsOfOthers(count: number): Promise<void> {
  await database.query(
    `INSERT INTO orders.journal (type, schema_version, key, data, metadata)
     SELECT 'orders.order-delivered', 1, order_id, jsonb_build_object('orderId', order_id, 'customerId', $2::text, 'at', $3::text, 'shipmentId', gen_random_uuid()),
       jsonb_build_object('id', gen_random_uuid(), 'correlationid', gen_random_uuid(), 'principal', jsonb_build_object('service', 'orders', 'roles', '[]'::jsonb))
     FROM (SELECT gen_random_uuid()::text AS order_id FROM generate_series(1, $1::int) WHERE pg_current_xact_id() IS NOT NULL) AS other`,
    [count, randomUUID(), new Date().toISOString()],
  );
}

const noticesSent = async (): Promise<number> =>
  z
    .object({ count: z.coerce.number() })
    .parse((await database.query('SELECT count(*) FROM notifications.notifications WHERE sent_at IS NOT NULL')).rows[0])
    .count;

describe('an event that its handler cannot handle', () => {
  it('parks its key and only it, is shown by any host, and is replayed in order when the defect is mended', async () => {
    const { orderId, first, mend } = await parkedOrder();
    expect(first).toMatchObject({
      context: 'notifications',
      subscription: 'order-mails',
      key: orderId,
      type: 'orders.order-confirmed',
      attempts: 5,
      behind: 0,
    });

    const before = await noticesSent();
    await newsOfOthers(OTHERS);
    expect((await shop.admin.post(`/v1/shipments/${orderId}/dispatch`)).status).toBe(202);
    await eventually('the others are told', noticesSent, (sent) => sent === before + OTHERS);
    await eventually('the next event of the key waits behind', allParked, ({ items }) => items[0]?.behind === 1);
    expect(await toldOf(orderId)).toEqual([]);

    const whole = `/actuator/parked/notifications/${first?.id ?? ''}`;
    expect((await shop.admin.get(whole)).body).toMatchObject({
      context: 'notifications',
      key: orderId,
      data: { orderId },
    });
    const replay = () =>
      shop.admin.post('/actuator/parked/notifications/replay', { subscription: 'order-mails', key: orderId });
    expect((await replay()).body).toMatchObject({ status: 'failed', replayed: 0, left: 2, failed: { id: first?.id } });

    await mend();
    expect((await replay()).body).toEqual({ status: 'completed', replayed: 2, left: 0 });
    expect(await toldOf(orderId)).toEqual(['order-confirmed', 'order-shipped']);
    expect((await allParked()).items).toEqual([]);
    await expectProblem(404, shop.admin.get(whole));

    // The key is as any other again.
    expect((await shop.admin.post(`/v1/shipments/${orderId}/deliver`)).status).toBe(202);
    await eventually(
      'told of the delivery',
      () => toldOf(orderId),
      (kinds) => kinds.at(-1) === 'order-delivered',
    );
    const { rows } = await database.query('SELECT DISTINCT by, action FROM notifications.operator_action');
    expect(rows).toEqual([{ by: shop.admin.userId, action: 'replay-sequence' }]);
  });

  it('is discarded, or replayed with its like at a rate', async () => {
    const { orderId, first, mend } = await parkedOrder();
    await mend();
    const group = await shop.admin.post('/actuator/parked/notifications/replay-group', {
      filter: { subscription: 'order-mails' },
      perSecond: 50,
    });
    expect(group.status).toBe(202);
    const replays = async () => (await shop.admin.get('/actuator/parked/replays')).body;
    await eventually('replayed', replays, (body) => JSON.stringify(body).includes('"completed"'));
    expect(await toldOf(orderId)).toEqual(['order-confirmed']);
    await expectProblem(404, shop.admin.post(`/actuator/parked/notifications/${first?.id ?? ''}/discard`, {}));
  });
});

describe('a parked event on the command line', () => {
  it('is edited with a reason and replayed; what led to it and who did what is shown, of hosts of their own', async () => {
    const environment = { OPERATOR_URL: shop.fleet.url, OPERATOR_TOKEN: shop.admin.token ?? '' };
    const { orderId, first, mend } = await parkedOrder();
    await mend();
    const at = `/actuator/parked/notifications/${first?.id ?? ''}`;
    const { data } = z.object({ data: z.looseObject({}) }).parse((await shop.admin.get(at)).body);
    expect(await runMain(environment, '--parked', 'groups')).toEqual({
      code: 0,
      said: expect.stringMatching(/^1 notifications\.order-mails orders\.order-confirmed .*\n$/),
    });
    const edit = ['--parked', 'edit', 'notifications', first?.id ?? ''];
    expect(await runMain(environment, ...edit, '{}', 'nothing')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^400 data-misfit: .*\/data\/orderId/),
    });
    const tracked = JSON.stringify({ ...data, trackingNumber: 'T-EDITED' });
    expect((await runMain(environment, ...edit, tracked, 'another parcel')).code).toBe(0);
    expect(await runMain(environment, '--parked', 'replay', 'notifications', 'order-mails', orderId)).toEqual({
      code: 0,
      said: 'completed: replayed 1, 0 left\n',
    });
    expect((await runMain(environment, '--audit', 'notifications')).said).toMatch(
      new RegExp(`edit-parked by ${shop.admin.userId ?? ''}: another parcel .*T-EDITED`),
    );
    const told = await runMain(environment, '--events', 'stream', 'orders', `order-${orderId}`);
    expect(told).toMatchObject({ code: 0, said: expect.stringContaining('"status":"confirmed"') });
    const events = z.object({ items: z.array(z.looseObject({ correlationId: z.string() })) });
    const { items } = events.parse((await shop.admin.get(`/actuator/events/orders/order-${orderId}`)).body);
    const causes = await runMain(environment, '--events', 'causes', items[0]?.correlationId ?? '');
    expect(causes).toMatchObject({ code: 0, said: expect.stringContaining('saga orders.checkout') });
    expect(causes.said).toMatch(/command orders\.place-order .* success/);
  });
});

describe('the actuator', () => {
  it('is for operators, and names what is wrong', async () => {
    await expectProblem(403, shop.customer.get('/actuator/parked'));
    await expectProblem(
      403,
      shop.customer.post('/actuator/parked/notifications/replay', { subscription: 'order-mails', key: 'x' }),
    );
    // What every context answers its operators is no part of what an application declares.
    expect(JSON.stringify((await shop.admin.get('/actuator/topology')).body)).not.toContain('actuator-');
    await expectProblem(404, shop.admin.get('/actuator/parked?context=notification'));
    await expectProblem(
      404,
      shop.admin.post('/actuator/parked/notifications/replay', { subscription: 'order-mails', key: 'nobody' }),
    );
    const cursor = await expectProblem(400, shop.admin.get('/actuator/parked?cursor=1'));
    expect(cursor.errors?.map(({ pointer }) => pointer)).toEqual(['/cursor']);
    expect((await shop.admin.get('/actuator/parked?cursor=1&context=notifications')).status).toBe(200);
    const problem = await expectProblem(
      400,
      shop.admin.post('/actuator/parked/notifications/replay-group', { perSecond: 0 }),
    );
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/perSecond']);
  });

  it('shows one saga with its timeline, and ends one that needs a person', async () => {
    const orderId = await acceptedOrder(shop.customer, await newProduct(shop, 1));
    await untilStatus(shop.customer, orderId, 'confirmed');
    const path = `/actuator/sagas/orders/orders.checkout/${orderId}`;
    const whole = await eventually(
      'completed',
      () => shop.admin.get(path),
      ({ body }) => Object(body).status === 'completed',
    );
    const timeline = z
      .object({ timeline: z.array(z.looseObject({ what: z.string() })) })
      .parse(whole.body)
      .timeline.map(({ what }) => what);
    expect(timeline).toEqual([
      'begun',
      'reserve-stock done',
      'charge-payment done',
      'create-shipment done',
      'confirm-order done',
    ]);
    await expectProblem(409, shop.admin.post(`${path}/take-over`, { reason: 'by hand' }));
    await expectProblem(400, shop.admin.post(`${path}/take-over`, {}));
    await expectProblem(409, shop.admin.post(`${path}/compensate`, { reason: 'by hand' }));
    await database.query(`UPDATE orders.saga SET status = 'needs-attention' WHERE id = $1`, [orderId]);
    const waiting = await shop.admin.expect(200, sagas, shop.admin.get('/actuator/sagas?status=needs-attention'));
    expect(waiting).toMatchObject({ items: [{ context: 'orders', id: orderId }], unreachable: [] });
    expect((await shop.admin.post(`${path}/take-over`, { reason: 'by hand' })).body).toEqual({ status: 'taken-over' });
    expect(JSON.stringify((await shop.admin.get(path)).body)).toContain('by hand');
    // What was refused was not done, so the audit has nothing of it.
    const { rows } = await database.query(
      `SELECT by, action, subject, result FROM orders.operator_action WHERE subject->>'id' = $1`,
      [orderId],
    );
    expect(rows).toEqual([
      {
        by: shop.admin.userId,
        action: 'take-over-saga',
        subject: { saga: 'orders.checkout', id: orderId, reason: 'by hand' },
        result: { status: 'taken-over' },
      },
    ]);
  });

  it('is operated from a command line, as the user of a token', async () => {
    const environment = { OPERATOR_URL: shop.fleet.url, OPERATOR_TOKEN: shop.admin.token ?? '' };
    const onCommandLine = (...words: readonly string[]) => runMain(environment, '--sagas', ...words);
    const orderId = await acceptedOrder(shop.customer, await newProduct(shop, 1));
    await untilStatus(shop.customer, orderId, 'confirmed');
    const saga = ['orders.checkout', orderId];
    await eventually(
      'completed',
      () => onCommandLine('show', ...saga),
      ({ code, said }) => code === 0 && said.includes('confirm-order done'),
    );
    expect(await onCommandLine()).toEqual({ code: 0, said: 'no saga is needs-attention\n' });
    await database.query(`UPDATE orders.saga SET status = 'needs-attention' WHERE id = $1`, [orderId]);
    expect(await onCommandLine('list')).toEqual({
      code: 0,
      said: expect.stringMatching(
        new RegExp(`^orders.checkout ${orderId} needs-attention at confirm-order, since .*\n$`),
      ),
    });
    expect(await onCommandLine('skip', ...saga)).toMatchObject({ code: 1, said: expect.stringContaining('a reason') });
    expect(await onCommandLine('compensate', ...saga, 'no', 'way', 'back')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^409 not-compensable: /),
    });
    expect(await onCommandLine('take-over', ...saga, 'by', 'hand')).toEqual({
      code: 0,
      said: `orders.checkout ${orderId} is taken-over now\n`,
    });
    expect((await onCommandLine('show', ...saga)).said).toContain(`taken over, by ${shop.admin.userId ?? ''}: by hand`);
    const { rows } = await database.query(
      `SELECT by, action, subject->>'reason' AS reason FROM orders.operator_action WHERE subject->>'id' = $1`,
      [orderId],
    );
    expect(rows).toEqual([{ by: shop.admin.userId, action: 'take-over-saga', reason: 'by hand' }]);
    const stranger = await runMain({ ...environment, OPERATOR_TOKEN: shop.customer.token ?? '' }, '--sagas');
    expect(stranger).toMatchObject({ code: 1, said: expect.stringMatching(/^403 /) });
  });

  it('names the contexts that gave no answer', async () => {
    await shop.fleet.kill('notifications');
    const { unreachable } = await eventually('named', allParked, (answer) => answer.unreachable.length > 0);
    expect(unreachable.map(({ context }) => context)).toEqual(['notifications']);
    const onCommandLine = await runMain(
      { OPERATOR_URL: shop.fleet.url, OPERATOR_TOKEN: shop.admin.token ?? '' },
      '--sagas',
    );
    expect(onCommandLine).toMatchObject({
      code: 1,
      said: expect.stringContaining('notifications: gave no answer: '),
    });
  });
});
