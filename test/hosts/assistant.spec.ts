import type { ModelRequest, ScriptedTurn } from '@isolith/agents';
import { openModelServer, type ModelServer } from '@isolith/agents/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { newCustomer, signIn, type Client } from '../support/client.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { allEvents, type ServerEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { acceptedOrder, ADMIN, getOrder, newProduct, untilEnded, untilStatus } from '../support/shop.js';

const OTHERS = ['gateway', 'users', 'products', 'inventory', 'payments', 'shipments', 'notifications', 'orders'];
const REPLICAS = [['assistant'], ['assistant']];
const CONVERSATIONS = '/v1/assistant/conversations';
/** Longer than a lease and the look after it; a bound for failing, not a wait. Milliseconds. */
const GOES_ON_WITHIN_MS = 60_000;

const approvals = z.object({ status: z.string(), approvals: z.array(z.object({ id: z.uuid() })) });
const began = z.object({ id: z.uuid() });

/** What the model is asked and does not answer: the turn that is held, and by which replica it was asked. */
let held: { readonly turn: number; by?: number } | undefined;

/** A model that cancels the order which the user names. Each replica asks a server of its own. */
const script =
  (replica: number) =>
  async ({ messages }: ModelRequest): Promise<ScriptedTurn> => {
    const turn = messages.filter(({ role }) => role === 'assistant').length + 1;
    if (held?.turn === turn && held.by === undefined) {
      held.by = replica;
      await new Promise(() => undefined);
    }
    const [orderId = ''] = /[0-9a-f-]{36}/.exec(JSON.stringify(messages[0])) ?? [];
    return turn === 1 ? { call: [{ tool: 'orders_cancel-order', input: { orderId } }] } : { say: 'It is cancelled.' };
  };

let models: readonly ModelServer[] = [];
let [database, vhost, started]: [FreshDatabase?, FreshVhost?, Fleet?] = [];
let shop: { readonly fleet: Fleet; readonly admin: Client; readonly customer: Client; readonly sku: string };
beforeAll(async () => {
  models = await Promise.all(REPLICAS.map((_, replica) => openModelServer({ script: script(replica) })));
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  started = await startFleet({
    placement: { name: 'two hosts of the assistant', hosts: [OTHERS, ...REPLICAS], database: 'postgresql' },
    databaseUrl: database.url,
    transportUrl: vhost.url,
    environmentOf: (place) => {
      const model = models[place - 1];
      if (model === undefined) return {};
      const told = {
        ASSISTANT_MODEL_NAME: 'scripted',
        ASSISTANT_BASE_URL: model.chatUrl,
        ASSISTANT_API_KEY: model.key,
      };
      return { ASSISTANT_MODEL: 'openai-compatible', ...told };
    },
  });
  const admin = await signIn(started.url, ADMIN.email, ADMIN.password);
  const [customer, sku] = await Promise.all([newCustomer(started.url), newProduct({ admin }, 100)]);
  shop = { fleet: started, admin, customer, sku };
});
afterAll(async () => {
  await started?.stop();
  await Promise.all(models.map((model) => model.close()));
  await vhost?.drop();
  await database?.drop();
});

/** A conversation in which the customer has asked for the cancellation of an order of his. */
async function asked() {
  const { customer, sku } = shop;
  const orderId = await acceptedOrder(customer, sku);
  await untilEnded(customer, orderId);
  const { id } = await customer.expect(201, began, customer.post(CONVERSATIONS, {}));
  const headers = { prefer: 'respond-async' };
  await customer.post(`${CONVERSATIONS}/${id}/messages`, { text: `Cancel ${orderId}` }, { headers });
  return { orderId, path: `${CONVERSATIONS}/${id}` };
}

async function approve(path: string): Promise<void> {
  const { customer } = shop;
  const { approvals: open } = await eventually(
    'the assistant asks',
    () => customer.expect(200, approvals, customer.get(path)),
    ({ status }) => status === 'waiting',
    GOES_ON_WITHIN_MS,
  );
  expect(open).toHaveLength(1);
  await customer.expect(
    200,
    z.unknown(),
    customer.post(`${path}/approvals/${open[0]?.id}`, { approved: true }, { headers: { 'idempotency-key': path } }),
  );
}

/** The replica that waits for the model's answer of this turn; it is the one that moves the run. */
const holder = (): Promise<number> =>
  eventually(
    'the model is asked',
    async () => held?.by ?? -1,
    (by) => by >= 0,
  );

async function killAt(turn: number, path: string): Promise<void> {
  const replica = await holder();
  await shop.fleet.kill('assistant', replica);
  held = undefined;
  if (turn === 1) await approve(path);
  await over(path);
  await shop.fleet.restart('assistant', replica);
}

const over = (path: string): Promise<readonly ServerEvent[]> =>
  allEvents(shop.customer, `${path}/events?until=rest`, { withinMs: GOES_ON_WITHIN_MS });

/** That the run ended as if nothing had happened to its host. */
async function expectOnce(path: string, orderId: string): Promise<void> {
  const events = await over(path);
  expect(events.filter(({ event }) => event === 'called')).toMatchObject([
    { data: { tool: 'orders_cancel-order', outcome: 'done' } },
  ]);
  expect(events.filter(({ event }) => event === 'decided')).toHaveLength(1);
  expect(events.slice(-3)).toMatchObject([
    { event: 'answered', data: { text: 'It is cancelled.' } },
    { event: 'ended', data: { why: 'answered' } },
    { event: 'rest' },
  ]);
  await untilStatus(shop.customer, orderId, 'cancelled');
  const { history } = await getOrder(shop.customer, orderId);
  expect(history.filter(({ status }) => status === 'cancelled')).toHaveLength(1);
}

it('a host that is killed while the model thinks of the call is followed by another, and the call is made once', async () => {
  held = { turn: 1 };
  const { orderId, path } = await asked();
  await killAt(1, path);
  await expectOnce(path, orderId);
});

it('a host that is killed behind the call, while the model is told of it, is followed by another that does not call again', async () => {
  const { orderId, path } = await asked();
  held = { turn: 2 };
  await approve(path);
  await killAt(2, path);
  await expectOnce(path, orderId);
});

it('what waits for a person outlives every host of the assistant', async () => {
  const { orderId, path } = await asked();
  await eventually(
    'the assistant asks',
    () => shop.customer.expect(200, approvals, shop.customer.get(path)),
    ({ status }) => status === 'waiting',
  );
  await Promise.all(REPLICAS.map((_, replica) => shop.fleet.kill('assistant', replica)));
  await Promise.all(REPLICAS.map((_, replica) => shop.fleet.restart('assistant', replica)));
  await approve(path);
  await expectOnce(path, orderId);
});
