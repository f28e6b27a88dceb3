import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JournalHost } from '@isolith/journal/nest';
import { z } from 'zod';
import { eventually } from '../support/eventually.js';
import { AskedShop } from './asked-shop.js';

let shop: AskedShop;
let admin: Awaited<ReturnType<AskedShop['admin']>>;
const UUID = expect.stringMatching(/^[\da-f-]{36}$/);

beforeAll(async () => {
  shop = await AskedShop.open('memory://');
  admin = await shop.admin();
});
afterAll(() => shop.close());

const page = z.looseObject({
  items: z.array(z.looseObject({})),
  nextCursor: z.string().optional(),
  unreachable: z.array(z.unknown()).optional(),
});
async function shown<S extends z.ZodType>(path: string, shape: S): Promise<z.output<S>> {
  const { status, body } = await shop.ask('GET', `/actuator${path}`, admin.accessToken);
  expect({ status, body }).toMatchObject({ status: 200 });
  return shape.parse(JSON.parse(body));
}
const refused = async (path: string) => {
  const { status, body } = await shop.ask('GET', `/actuator${path}`, admin.accessToken);
  return z.looseObject({ status: z.int() }).parse({ ...JSON.parse(body), status });
};

describe('what was recorded', () => {
  const event = z.looseObject({
    position: z.int(),
    stream: z.string().optional(),
    type: z.string(),
    data: z.unknown(),
  });
  const events = z.object({ items: z.array(event), nextCursor: z.string().optional() });
  const told = event.extend({ version: z.int(), state: z.unknown() });
  const stream = z.looseObject({ items: z.array(told), nextCursor: z.string().optional() });
  let orderId: string;
  let customer: typeof admin;
  beforeAll(async () => {
    customer = await shop.person(admin);
    const sku = await shop.product(admin, 2);
    for (let nth = 0; nth < 2; nth += 1) orderId = await shop.order(customer, sku);
  });

  it('is listed of each context, the newest first, by type and by stream', async () => {
    const first = await shown('/events/orders?limit=1', events);
    expect(first.items).toMatchObject([
      {
        stream: `order-${orderId}`,
        version: 2,
        type: 'orders.order-confirmed',
        data: { orderId },
        messageId: expect.any(String),
        correlationId: expect.any(String),
        at: expect.any(String),
      },
    ]);
    const placed = await shown('/events/orders?type=orders.order-placed&limit=1', events);
    expect(placed.items).toMatchObject([{ type: 'orders.order-placed', by: customer.id, data: { orderId } }]);
    const before = await shown(
      `/events/orders?type=orders.order-placed&limit=1&cursor=${placed.nextCursor ?? ''}`,
      events,
    );
    expect(before.items).toHaveLength(1);
    expect(before.items[0]?.stream).not.toBe(`order-${orderId}`);
    const ofStream = await shown(`/events/orders?stream=order-${orderId}`, events);
    expect(ofStream.items.map(({ type }) => type)).toEqual(['orders.order-confirmed', 'orders.order-placed']);
  });

  it('of one stream is told from its beginning, with the state after each event', async () => {
    const whole = await shown(`/events/orders/order-${orderId}`, stream);
    expect(whole).toMatchObject({
      stream: `order-${orderId}`,
      aggregate: 'order',
      items: [
        { version: 1, type: 'orders.order-placed', state: { placed: true, orderId, status: 'pending' } },
        { version: 2, type: 'orders.order-confirmed', state: { status: 'confirmed', settled: expect.any(Boolean) } },
      ],
    });
    expect(whole).not.toHaveProperty('nextCursor');
    const first = await shown(`/events/orders/order-${orderId}?limit=1`, stream);
    expect(first.nextCursor).toBe('1');
    const second = await shown(`/events/orders/order-${orderId}?limit=1&cursor=1`, stream);
    expect([...first.items, ...second.items]).toEqual(whole.items);
  });

  it('is told with what led to it: commands, events, the saga and its steps, of every context', async () => {
    const {
      items: [confirmed],
    } = await shown(`/events/orders?stream=order-${orderId}&limit=1`, events);
    const cause = z.looseObject({ id: z.string(), parent: z.string().optional(), kind: z.string(), name: z.string() });
    const causes = z.looseObject({ items: z.array(cause), unreachable: z.array(z.unknown()) });
    const correlation = String(Object(confirmed).correlationId);
    const told = await eventually(
      'the saga has ended',
      () => shown(`/causes/${encodeURIComponent(correlation)}`, causes),
      ({ items }) => items.some(({ kind, outcome }) => kind === 'saga' && outcome === 'completed'),
    );
    expect(told).toMatchObject({ correlationId: correlation, unreachable: [] });
    expect(told).not.toHaveProperty('more');
    const { items } = told;
    const of = (name: string) => items.find((one) => one.name === name);
    const parentOf = (name: string) => items.find(({ id }) => id === of(name)?.parent);
    expect(of('orders.checkout')).toMatchObject({ kind: 'saga', context: 'orders', detail: orderId });
    expect(of('orders.place-order')).toMatchObject({ kind: 'command', context: 'orders', outcome: 'success' });
    expect(parentOf('orders.order-placed')?.name).toBe('orders.place-order');
    expect(parentOf('orders.order-confirmed')).toMatchObject({ kind: 'command', name: 'orders.confirm-order' });
    expect(parentOf('orders.confirm-order')).toMatchObject({ kind: 'step', parent: of('orders.checkout')?.id });
    expect(items.filter(({ parent, kind }) => kind === 'step' && parent === undefined)).toEqual([]);
    expect(new Set(items.map(({ context }) => context))).toContain('payments');
    expect(JSON.stringify(items)).not.toContain('"sent"');
    const times = items.map(({ at }) => String(at));
    expect(times).toEqual(times.toSorted());
    expect((await shown('/causes/nothing', causes)).items).toEqual([]);
  });

  it('is not there, or can not be meant', async () => {
    expect(await refused('/events/orders/order-nothing')).toMatchObject({ status: 404, type: 'stream-not-found' });
    expect(await refused('/events/nothing')).toMatchObject({ status: 404 });
    expect(await refused('/events/orders?cursor=x')).toMatchObject({ status: 400, errors: [{ pointer: '/cursor' }] });
    expect(await refused('/events/orders/order-1?cursor=1e9')).toMatchObject({ status: 400 });
  });
});

describe('a parked event', () => {
  const by = { reason: 'typed wrong' };
  let url: string;
  beforeAll(async () => {
    const journal = shop.part(JournalHost).journal('notifications');
    const at = new Date().toISOString();
    const ids = { orderId: randomUUID(), customerId: randomUUID() };
    const envelope = {
      specversion: '1.0',
      id: randomUUID(),
      source: '/orders',
      type: 'orders.order-confirmed',
      time: at,
      subject: ids.orderId,
      kind: 'event',
      schemaversion: 1,
      correlationid: 'c',
      principal: { service: 'orders', roles: [] },
      data: { ...ids, at, paymentId: randomUUID(), trackingNumber: 'T-1', totalMinor: 100, currency: 'EUR' },
    };
    const source = await journal?.dataSource();
    const key = ['order-mails', ids.orderId];
    await source?.query('INSERT INTO notifications.parked_sequence (subscription, key) VALUES ($1, $2)', key);
    await source?.query(
      `INSERT INTO notifications.parked_message (subscription, key, message_id, type, envelope, attempts, problem_type, problem_detail)
       VALUES ($1, $2, $3, $4, $5, 5, 'Error', 'no such mailbox')`,
      [...key, envelope.id, envelope.type, JSON.stringify(envelope)],
    );
    const { items } = await shown('/parked?context=notifications', page);
    url = `/parked/notifications/${String(items[0]?.['id'])}`;
  });
  const edit = async (body: object) => {
    const { status, body: answer } = await shop.ask('POST', `/actuator${url}/edit`, admin.accessToken, body);
    return { status, ...z.looseObject({}).parse(JSON.parse(answer)) };
  };

  it('is shown with its schema and edited against that, naming what does not fit', async () => {
    const before = await shown(
      url,
      z.looseObject({ data: z.record(z.string(), z.unknown()), schema: z.looseObject({}) }),
    );
    expect(before.schema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['orderId', 'customerId']),
    });
    expect(before).not.toHaveProperty('edited');
    const misfit = await edit({ data: { ...before.data, customerId: 7, tip: 1 }, ...by });
    expect(misfit).toMatchObject({ status: 400, type: 'data-misfit' });
    expect(
      Object(misfit)
        .errors.map(({ pointer }: { pointer: string }) => pointer)
        .toSorted(),
    ).toEqual(['/data/customerId', '/data/tip']);
    expect(await edit({ data: { ...before.data, orderId: randomUUID() }, ...by })).toMatchObject({
      errors: [{ pointer: '/data/orderId' }],
    });
    expect(await edit({ data: before.data })).toMatchObject({ status: 400, errors: [{ pointer: '/reason' }] });
    const customerId = randomUUID();
    expect(await edit({ data: { ...before.data, customerId }, ...by })).toEqual({ status: 200, edited: true });
    expect(await shown(url, z.looseObject({}))).toMatchObject({
      data: { customerId },
      edited: { ...by, by: UUID, at: expect.any(String) },
    });
    expect((await shown('/audit?context=notifications', page)).items).toMatchObject([
      {
        ...by,
        act: 'edit-parked',
        operator: UUID,
        subject: { subscription: 'order-mails' },
        outcome: { before: { customerId: before.data['customerId'] }, after: { customerId } },
      },
    ]);
    expect((await shown('/parked/groups', page)).items).toMatchObject([
      { context: 'notifications', problem: 'Error', count: 1, example: { detail: 'no such mailbox' } },
    ]);
  });
});

describe('the sagas', () => {
  it('of one context are listed page by page, the youngest first, each once', async () => {
    const whole = await shown('/sagas?context=orders&limit=100', page);
    const pages = [await shown('/sagas?context=orders&limit=1', page)];
    for (let next = pages[0]?.nextCursor; next !== undefined; next = pages.at(-1)?.nextCursor)
      pages.push(await shown(`/sagas?context=orders&limit=1&cursor=${next}`, page));
    expect(whole.items).toHaveLength(2);
    expect(pages.map(({ items }) => items.length)).toEqual([1, 1]);
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(whole.items.map(({ id }) => id));
    expect(await shown('/sagas?limit=1', page)).not.toHaveProperty('nextCursor');
    expect(await refused('/sagas?cursor=x')).toMatchObject({ status: 400, errors: [{ pointer: '/cursor' }] });
    expect(await refused('/sagas?context=orders&cursor=x')).toMatchObject({
      status: 400,
      errors: [{ pointer: '/cursor' }],
    });
  });
});

describe('the audit', () => {
  it('has what people did to every context, who, why and what came of it, the newest first, page by page', async () => {
    const { accessToken } = admin;
    const group = { filter: { subscription: 'nothing' }, perSecond: 1 };
    for (const context of ['orders', 'users'])
      await shop.ask('POST', `/actuator/parked/${context}/replay-group`, accessToken, group);
    const all = await eventually(
      'both have ended',
      () => shown('/audit', page),
      ({ items }) => items.filter(({ outcome }) => Object(outcome).status === 'completed').length === 2,
    );
    expect(all.unreachable).toEqual([]);
    expect(all).not.toHaveProperty('nextCursor');
    expect(new Set(all.items.map(({ context }) => context))).toEqual(new Set(['orders', 'users', 'notifications']));
    const times = all.items.map(({ at }) => String(at));
    expect(times).toEqual(times.toSorted().toReversed());
    expect(all.items.filter(({ context }) => context === 'users')).toMatchObject([
      { operator: UUID, act: 'replay-group', outcome: { status: 'completed', replayed: 0 } },
      { operator: UUID, act: 'replay-group', subject: group, outcome: { status: 'started' } },
    ]);

    const first = await shown('/audit?context=users&limit=1', page);
    const second = await shown(`/audit?context=users&limit=1&cursor=${first.nextCursor ?? ''}`, page);
    expect([first, second].map(({ items }) => items[0]?.['outcome'])).toMatchObject([
      { status: 'completed' },
      { status: 'started' },
    ]);
  });

  it('names what it does not take', async () => {
    expect(await refused('/audit?cursor=1')).toMatchObject({ status: 400, errors: [{ pointer: '/cursor' }] });
    expect(await refused('/audit?context=users&cursor=x')).toMatchObject({ status: 400 });
    expect(await refused(`/audit?context=${randomUUID()}`)).toMatchObject({ status: 404 });
  });
});
