import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outcomeSchema, type Envelope, type Principal } from '@isolith/contracts';
import { deriveKeys } from '@isolith/isolith/http';
import { SignedTransport, type Address, type PrincipalSigner } from '@isolith/message-bus';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { z } from 'zod';
import { MessageTokens } from '../../libs/isolith/src/host/message-tokens.js';
import { publicKeyList } from '../../libs/isolith/src/identity/public-key-list.js';
import { readServiceKey } from '../../libs/isolith/src/identity/service-key.js';
import { ServiceKeys } from '../../libs/isolith/src/identity/service-keys.js';
import { ServiceTokens } from '../../libs/isolith/src/identity/service-tokens.js';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { Client, newCustomer, signIn } from '../support/client.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { PlacedKeys } from '../support/service-keys.js';
import { acceptedOrder, ADMIN, newProduct, untilEnded } from '../support/shop.js';

const HOSTS = [
  ['gateway', 'products'],
  ['users'],
  ['orders', 'notifications', 'assistant'],
  ['inventory', 'payments', 'shipments'],
];
const USERS = 1;
const SECRET = 's'.repeat(40);
const WITHIN_MS = 20_000;
const ORDERS: Principal = { service: 'orders', roles: [] };

const keys = new PlacedKeys(HOSTS);
const TOLD = { SERVICE_PUBLIC_KEYS: keys.list(), SERVICE_IDENTITY: 'required', AUTH_SECRET: SECRET };

let [database, vhost, fleet, medium]: [FreshDatabase?, FreshVhost?, Fleet?, RabbitMqTransport?] = [];
let shop: { fleet: Fleet; admin: Client; customer: Client; sku: string; medium: RabbitMqTransport };
beforeAll(async () => {
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  fleet = await startFleet({
    placement: { name: 'a key for each service', hosts: HOSTS, database: 'postgresql' },
    databaseUrl: database.url,
    transportUrl: vhost.url,
    environmentOf: (place) => ({ ...TOLD, SERVICE_KEY: keys.of(place).privateKey }),
  });
  medium = new RabbitMqTransport({ url: vhost.url, name: 'taken over', onProblem: () => undefined });
  await medium.connect();
  const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
  shop = { fleet, admin, customer: await newCustomer(fleet.url), sku: await newProduct({ admin }, 10), medium };
});
afterAll(async () => {
  await medium?.close();
  await fleet?.stop();
  await vhost?.drop();
  await database?.drop();
});

/** What the host of users signs with, and what any host has. */
function signers(): Readonly<Record<string, PrincipalSigner>> {
  const own = readServiceKey(keys.of(USERS).privateKey);
  if (own === undefined) throw new Error('users have no key');
  const listed = publicKeyList.parse(keys.list());
  return {
    'the key of users': new ServiceTokens(new ServiceKeys({ own, listed, everyone: [...listed.keys()] })),
    'the secret of all hosts': new MessageTokens(deriveKeys(SECRET)),
  };
}

const message = (type: string, kind: 'command' | 'event', principal: Principal, data: object): Envelope => ({
  specversion: '1.0',
  id: randomUUID(),
  source: `/${principal.service}`,
  type,
  time: new Date().toISOString(),
  kind,
  schemaversion: 1,
  correlationid: randomUUID(),
  subject: randomUUID(),
  principal,
  data,
});
const charge = (orderId: string, principal = ORDERS) =>
  message('payments.charge-payment', 'command', principal, {
    orderId,
    amountMinor: 100,
    currency: 'EUR',
    paymentToken: 'tok_ok',
  });
const requests: Address = { lane: 'requests', context: 'payments' };
const mails: Address = { lane: 'subscription', context: 'notifications', subscription: 'order-mails' };

const refusedBy = async (context: string): Promise<number> => {
  const { body } = await new Client(shop.fleet.hostOf(context).url, shop.admin.token).get('/metrics');
  return z.coerce.number().parse(/^message_refused_senders\S* (\d+)$/m.exec(String(body))?.[1]);
};
const parked = async (): Promise<string> => JSON.stringify((await shop.admin.get('/actuator/parked')).body);

describe('a host that somebody has taken over', () => {
  it('sends no command and no event for another service, and the shop goes on', async () => {
    for (const [nth, [what, signer]] of Object.entries(signers()).entries()) {
      const sender = new SignedTransport(shop.medium, signer, () => undefined, { note: () => undefined });
      const orderId = randomUUID();
      const answer = await sender.request(charge(orderId), requests, AbortSignal.timeout(WITHIN_MS));
      expect([what, outcomeSchema.parse(answer.data)]).toEqual([
        what,
        expect.objectContaining({ code: what === 'the key of users' ? 'unauthenticated' : 'not-delivered' }),
      ]);
      expect(await refusedBy('payments')).toBe(nth + 1);
      expect((await shop.admin.get(`/v1/payments/${orderId}`)).status).toBe(404);
      const confirmed = { orderId, customerId: shop.customer.userId, at: new Date().toISOString() };
      const event = message('orders.order-confirmed', 'event', ORDERS, confirmed);
      await sender.send(event, mails, AbortSignal.timeout(WITHIN_MS));
      await eventually(
        'the event is refused',
        () => refusedBy('notifications'),
        (count) => count === nth + 1,
      );
    }
    // A message is counted before it is set aside.
    const kept = await eventually(
      'both are set aside',
      async () => (await parked()).match(/its sender could not be established/g) ?? [],
      ({ length }) => length >= 2,
    );
    expect(kept).toHaveLength(2);
    expect(shop.fleet.hostOf('payments').output()).toContain("was signed with another service's key, of users");
    const id = await acceptedOrder(shop.customer, shop.sku);
    expect((await untilEnded(shop.customer, id)).status).toBe('confirmed');
    const { body } = await new Client(shop.fleet.hostOf('payments').url, shop.admin.token).get('/actuator/topology');
    expect(JSON.stringify(body)).toMatch(/service key [\w-]{12}, required: /);
    for (const { url } of shop.fleet.hosts) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('is told by its own name what it may, as ever', async () => {
    const { 'the key of users': signer } = signers();
    if (signer === undefined) throw new Error('users have no key');
    const sender = new SignedTransport(shop.medium, signer, () => undefined, { note: () => undefined });
    const own = charge(randomUUID(), { service: 'users', roles: [] });
    const answer = await sender.request(own, requests, AbortSignal.timeout(WITHIN_MS));
    expect(outcomeSchema.parse(answer.data)).toMatchObject({ code: 'forbidden' });
  });
});
