import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { goldenContracts } from '../contracts/golden.js';
import { AskedShop } from './asked-shop.js';

let shop: AskedShop;
let admin: string;
let customer: string;
beforeAll(async () => {
  shop = await AskedShop.open('memory://', { CONSOLE_SEND: 'on' });
  const boss = await shop.admin();
  admin = boss.accessToken;
  customer = (await shop.person(boss)).accessToken;
});
afterAll(() => shop.close());

const ended = z.object({
  outcome: z.enum(['answered', 'failed']),
  output: z.unknown().optional(),
  problem: z.object({ type: z.string(), status: z.int() }).optional(),
});
async function send(name: string, input: unknown, more: object = {}, token: string | undefined = admin) {
  const { status, body } = await shop.ask('POST', `/actuator/contracts/${name}`, token, { input, ...more });
  return { status, ended: ended.safeParse(JSON.parse(body)).data };
}

describe('the contracts of the shop', () => {
  it('are told to operators, all but failures', async () => {
    const { body } = await shop.ask('GET', '/actuator/contracts', admin);
    const { items } = z.object({ items: z.array(z.object({ name: z.string() })) }).parse(JSON.parse(body));
    const declared = goldenContracts.read().filter(({ kind }) => kind !== 'failure');
    expect(items.map(({ name }) => name)).toEqual([...new Set(declared.map(({ name }) => name))].toSorted());
  });

  it('are sent by hand as the operator who asks, where the shop lets him', async () => {
    const made = { sku: 'HAND-1', name: 'Made by hand', priceMinor: 100, currency: 'EUR' };
    const first = await send('products.create-product', made, { idempotencyKey: 'k-1' });
    expect([first.status, first.ended?.outcome]).toEqual([200, 'answered']);
    expect(await send('products.create-product', made, { idempotencyKey: 'k-1' })).toEqual(first);
    expect((await shop.ask('GET', '/v1/products/HAND-1', admin)).status).toBe(200);
  });

  it('say why one is refused: by its schema, by who may send it, by its key', async () => {
    expect((await send('products.create-product', {})).ended?.problem?.type).toBe('contract-violation');
    expect((await send('inventory.reserve-stock', { reservationId: 'r', lines: [] })).ended).toMatchObject({
      outcome: 'failed',
      problem: { status: expect.any(Number) },
    });
    const other = { sku: 'HAND-2', name: 'Another', priceMinor: 100, currency: 'EUR' };
    expect((await send('products.create-product', other, { idempotencyKey: 'k-1' })).ended?.problem).toMatchObject({
      type: 'idempotency-conflict',
      status: 422,
    });
  });

  it('are sent by nobody else, and events by nobody', async () => {
    expect((await send('products.create-product', {}, {}, customer)).status).toBe(403);
    expect((await send('orders.nothing', {})).status).toBe(404);
    expect((await send('products.create-product', 'no object')).status).toBe(400);
    const event = goldenContracts.read().find(({ kind }) => kind === 'event');
    expect((await send(event?.name ?? '', {})).status).toBe(400);
  });
});
