import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type Client, expectProblem, newCustomer } from '../support/client.js';
import { allEvents, serverEvents } from '../support/events.js';
import { acceptedOrder, getOrder, newProduct, openShop, untilEnded, untilStatus } from '../support/shop.js';

const CONVERSATIONS = '/v1/assistant/conversations';
const approval = z.object({ id: z.string(), tool: z.string(), inputJson: z.string(), why: z.string() });
const conversation = z.object({
  id: z.uuid(),
  assistant: z.string(),
  status: z.enum(['moving', 'waiting', 'resting']),
  end: z.object({ why: z.string() }).optional(),
  seq: z.int(),
  turns: z.int(),
  costMicros: z.int(),
  approvals: z.array(approval),
});
const answer = z.object({ text: z.string().optional(), conversation });

let shop: Awaited<ReturnType<typeof openShop>>;
let sku: string;
beforeAll(async () => {
  shop = await openShop();
  sku = await newProduct(shop, 1_000);
});
afterAll(() => shop.stop());

/** A customer with an order that can be cancelled. */
async function customerWithOrder() {
  const customer = await newCustomer(shop.url);
  const orderId = await acceptedOrder(customer, sku);
  await untilEnded(customer, orderId);
  return { customer, orderId };
}

const begin = async (customer: Client): Promise<string> =>
  (await customer.expect(201, conversation, customer.post(CONVERSATIONS, {}))).id;

const say = (customer: Client, id: string, text: string) =>
  customer.expect(200, answer, customer.post(`${CONVERSATIONS}/${id}/messages`, { text }));

const decide = (customer: Client, id: string, approvalId: string, approved: boolean) =>
  customer.post(`${CONVERSATIONS}/${id}/approvals/${approvalId}`, { approved });

/** A conversation in which the assistant asks whether it may cancel the order. */
async function proposed() {
  const { customer, orderId } = await customerWithOrder();
  const id = await begin(customer);
  const said = await say(customer, id, 'Please cancel my order');
  const [waiting] = said.conversation.approvals;
  if (waiting === undefined) throw new Error(`nothing waits: ${JSON.stringify(said)}`);
  return { customer, orderId, id, said, waiting };
}

describe('a conversation', () => {
  it('cancels an order when its customer has approved it', async () => {
    const { customer, orderId, id, said, waiting } = await proposed();
    expect(said).toMatchObject({ text: expect.stringContaining(orderId), conversation: { status: 'waiting' } });
    expect(JSON.parse(waiting.inputJson)).toEqual({ orderId });
    expect((await getOrder(customer, orderId)).status).toBe('confirmed');
    await customer.expect(200, conversation, decide(customer, id, waiting.id, true));
    const events = await allEvents(customer, `${CONVERSATIONS}/${id}/events?until=rest`);
    expect(events.at(-1)).toMatchObject({ event: 'rest', data: { status: 'resting' } });
    expect(events.map(({ id: seq }) => seq).filter((seq) => seq !== undefined)).toEqual(
      Array.from({ length: events.length - 1 }, (_, n) => String(n + 1)),
    );
    await untilStatus(customer, orderId, 'cancelled');
  });

  it('leaves an order as it is when its customer refuses', async () => {
    const { customer, orderId, id, waiting } = await proposed();
    await customer.expect(200, conversation, decide(customer, id, waiting.id, false));
    await allEvents(customer, `${CONVERSATIONS}/${id}/events?until=rest`);
    expect((await getOrder(customer, orderId)).status).toBe('confirmed');
    expect((await expectProblem(409, decide(customer, id, waiting.id, true))).type).toBe('approval-over');
  });

  it('is its owner’s alone, and so is what waits in it', async () => {
    const { customer, orderId, id, waiting } = await proposed();
    const other = await newCustomer(shop.url);
    const path = `${CONVERSATIONS}/${id}`;
    for (const asked of [
      other.get(path),
      other.get(`${path}/events`),
      other.post(`${path}/messages`, { text: 'Hello' }),
      other.post(`${path}/stop`),
      decide(other, id, waiting.id, true),
      shop.admin.get(path),
      decide(shop.admin, id, waiting.id, true),
      decide(customer, id, randomUUID(), true),
    ])
      await expectProblem(404, asked);
    const list = z.object({ items: z.array(conversation) });
    expect(await other.expect(200, list, other.get(CONVERSATIONS))).toEqual({ items: [] });
    expect((await customer.expect(200, list, customer.get(CONVERSATIONS))).items.map((one) => one.id)).toEqual([id]);
    expect((await getOrder(customer, orderId)).status).toBe('confirmed');
  });

  it('that is stopped rests, and does what waited no more', async () => {
    const { customer, orderId, id, waiting } = await proposed();
    const stopped = await customer.expect(202, conversation, customer.post(`${CONVERSATIONS}/${id}/stop`));
    expect(stopped).toMatchObject({ status: 'resting', end: { why: 'stopped' }, approvals: [] });
    await expectProblem(409, decide(customer, id, waiting.id, true));
    expect((await getOrder(customer, orderId)).status).toBe('confirmed');
    expect((await say(customer, id, 'Go on')).conversation.status).toBe('waiting');
  });

  it('says something once under one key, and streams what leads to the answer', async () => {
    const { customer } = await customerWithOrder();
    const id = await begin(customer);
    const post = () =>
      allEvents(customer, `${CONVERSATIONS}/${id}/messages`, {
        body: { text: 'Hello' },
        headers: { 'idempotency-key': 'hello' },
      });
    const first = await post();
    expect(first.map(({ event }) => event)).toEqual([
      'said',
      'asked',
      'answered',
      'judged',
      'called',
      'asked',
      'answered',
      'judged',
      'rest',
    ]);
    expect(await post()).toEqual(first);
  });

  it('is heard on from where somebody left it', async () => {
    const { customer, id } = await proposed();
    const path = `${CONVERSATIONS}/${id}/events`;
    let left: string | undefined;
    for await (const { id: seq } of serverEvents(customer, path)) {
      left = seq;
      if (seq === '3') break;
    }
    const headers = { 'last-event-id': left ?? '' };
    const rest = await allEvents(customer, `${path}?until=rest`, { headers });
    expect(rest[0]).toMatchObject({ id: '4' });
    const all = await allEvents(customer, `${path}?until=rest`);
    expect(all.slice(3)).toEqual(rest);
    await expectProblem(400, customer.get(path, { headers: { 'last-event-id': 'the last one' } }));
  });

  it('answers whoever does not wait with where the answer will be', async () => {
    const { customer } = await customerWithOrder();
    const id = await begin(customer);
    const { status, headers } = await customer.post(
      `${CONVERSATIONS}/${id}/messages`,
      { text: 'Hello' },
      { headers: { prefer: 'respond-async' } },
    );
    expect([status, headers.get('location')]).toEqual([202, `${CONVERSATIONS}/${id}`]);
    const events = await allEvents(customer, `${CONVERSATIONS}/${id}/events?until=rest`);
    expect(events.at(-1)).toMatchObject({ event: 'rest', data: { status: 'waiting' } });
  });

  it('about what is stuck is for support', async () => {
    const customer = await newCustomer(shop.url);
    await expectProblem(403, customer.post(CONVERSATIONS, { assistant: 'triage' }));
    await shop.admin.expect(201, conversation, shop.admin.post(CONVERSATIONS, { assistant: 'triage' }));
  });

  it('takes text, and says what else is wrong with it', async () => {
    const customer = await newCustomer(shop.url);
    const id = await begin(customer);
    for (const text of ['', ' ', 'x'.repeat(4_001), 'a\0b']) {
      const refused = await expectProblem(400, customer.post(`${CONVERSATIONS}/${id}/messages`, { text }));
      expect(new Set(refused.errors?.map(({ pointer }) => pointer))).toEqual(new Set(['/text']));
    }
  });
});
