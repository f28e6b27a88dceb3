import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { RouteSamples } from '../access/route-samples.js';
import { Client, signIn } from '../support/client.js';
import { session, user } from '../support/shapes.js';
import { acceptedOrder, newProduct, untilStatus } from '../support/shop.js';

const PASSWORD = 'a password that nobody guesses';

/** What one outage is tried on: orders at each stage that a route takes them from, and an account. */
export interface Prepared {
  readonly samples: RouteSamples;
  readonly somebody: { readonly id: string; readonly email: string };
  /** Signs out. */
  readonly leaving: Client;
  /** By the end of the route that changes it; the others look at one that stays. */
  readonly orders: Readonly<Record<string, string>>;
  /** What those are of whose goods are to be free again, and nothing else is. */
  readonly skus: Readonly<Record<string, string>>;
}

export async function prepare(admin: Client, sku: string): Promise<Prepared> {
  const { url } = admin;
  const anonymous = new Client(url);
  const email = `${randomUUID()}@degradation.example`;
  const credentials = { email, password: PASSWORD };
  const [ofCancel, ofRefunds] = await Promise.all([newProduct({ admin }, 1), newProduct({ admin }, 1)]);
  const [{ id }, ids] = await Promise.all([
    anonymous.expect(201, user, anonymous.post('/v1/users', { ...credentials, name: 'S' })),
    Promise.all([sku, ofCancel, ofRefunds, sku, sku, sku].map((wanted) => acceptedOrder(admin, wanted))),
  ]);
  const [leaving, { refreshToken }] = await Promise.all([
    signIn(url, email, PASSWORD),
    anonymous.expect(201, session, anonymous.post('/v1/sessions', credentials)),
    ...ids.map((order) => untilStatus(admin, order, 'confirmed')),
  ]);
  const [kept = '', cancel = '', refunds = '', dispatch = '', deliver = '', back = ''] = ids;
  await Promise.all(
    [deliver, back].map((order) => admin.expect(202, z.unknown(), admin.post(`/v1/shipments/${order}/dispatch`))),
  );
  await admin.expect(202, z.unknown(), admin.post(`/v1/shipments/${back}/deliver`));
  await Promise.all([untilStatus(admin, deliver, 'shipped'), untilStatus(admin, back, 'delivered')]);
  const begun = admin.post('/v1/assistant/conversations', {});
  const { id: conversationId } = await admin.expect(201, z.object({ id: z.uuid() }), begun);
  const orders = { kept, cancel, refunds, dispatch, deliver, return: back };
  const orderOf = (path: string): string =>
    Object.entries(orders).find(([end]) => path.endsWith(`/${end}`))?.[1] ?? kept;
  const somebody = { id, email };
  const samples = new RouteSamples({
    sku,
    somebody,
    password: PASSWORD,
    refreshToken: async () => refreshToken,
    orderOf,
    conversationId,
  });
  return { samples, somebody, leaving, orders, skus: { cancel: ofCancel, refunds: ofRefunds } };
}
