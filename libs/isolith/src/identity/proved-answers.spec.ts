import { describe, expect, it } from '@jest/globals';
import { codec, type Envelope, type Outcome } from '@isolith/contracts';
import { HandBacks, InProcessTransport, SignedTransport, type Address, type Transport } from '@isolith/message-bus';
import { newKey, tokensOf } from './spec-support/services.js';

const [orders, payments, users] = [newKey(), newKey(), newKey()];
const listed = { orders: [orders], payments: [payments], users: [users] };
const requests: Address = { lane: 'requests', context: 'payments' };
const signal = new AbortController().signal;
const charge = (id: string): Envelope => ({
  specversion: '1.0',
  id,
  source: '/orders',
  type: 'payments.charge-payment',
  time: '2026-01-01T00:00:00Z',
  kind: 'command',
  schemaversion: 1,
  correlationid: 'c-1',
  principal: { service: 'orders', roles: [] },
  data: {},
});
const answering = (asked: Envelope, data: Outcome): Envelope => ({
  specversion: '1.0',
  id: asked.id,
  source: '/payments',
  type: asked.type,
  time: '2026-01-01T00:00:00Z',
  kind: 'reply',
  schemaversion: 1,
  correlationid: 'c-1',
  data,
});
/** As it comes over a wire. */
const crossed = (one: Envelope): Envelope => codec.decode(codec.encode(one));

/**
 * Orders ask payments over a medium on which somebody stands, who sees each request and what payments answer, and gives
 * orders what he likes.
 */
async function between(meddle: (asked: Envelope, answer: () => Promise<Envelope>) => Promise<Envelope>) {
  const wire = new InProcessTransport();
  const medium: Transport = {
    capabilities: wire.capabilities,
    send: (one, to, within) => wire.send(one, to, within),
    request: (one, to, within) =>
      meddle(crossed(one), async () => crossed(await wire.request(crossed(one), to, within))),
    listen: (at, on) => wire.listen(at, on),
    close: () => wire.close(),
  };
  const handBacks = new HandBacks(() => undefined);
  const reader = tokensOf({ own: payments }, listed);
  await new SignedTransport(wire, reader, () => undefined, handBacks).listen(requests, (delivery) =>
    delivery.reply(answering(delivery.envelope, { outcome: 'success', value: { paymentId: 'p-1' } })),
  );
  const refused: string[] = [];
  const asker = new SignedTransport(
    medium,
    tokensOf({ own: orders }, listed),
    (_, __, { message }) => refused.push(message),
    handBacks,
  );
  const ask = (id: string) => asker.request(charge(id), requests, signal).then(({ data }) => data);
  return { ask, refused };
}

describe('an answer', () => {
  it('is believed of whoever was asked', async () => {
    const { ask, refused } = await between((_, answer) => answer());
    expect(await ask('m-1')).toEqual({ outcome: 'success', value: { paymentId: 'p-1' } });
    expect(refused).toEqual([]);
  });

  const success: Outcome = { outcome: 'success', value: { paymentId: 'forged' } };
  const failure: Outcome = {
    outcome: 'failure',
    name: 'payments.payment-declined',
    version: 1,
    data: {},
    detail: '',
    retryable: false,
    status: 409,
  };
  const forbidden: Outcome = { outcome: 'error', code: 'forbidden', detail: '' };
  it.each([
    ['without a proof', async (asked: Envelope) => answering(asked, success)],
    ['that is a failure', async (asked: Envelope) => answering(asked, failure)],
    ['that would end it', async (asked: Envelope) => answering(asked, forbidden)],
    [
      'with the proof of the request',
      async (asked: Envelope) => ({ ...answering(asked, success), proof: asked.proof }),
    ],
    [
      'with another value',
      async (_: Envelope, answer: () => Promise<Envelope>) => {
        const { proof, ...right } = await answer();
        return crossed(codec.prove({ ...right, data: success }, () => proof ?? ''));
      },
    ],
    [
      'by another service, for itself',
      async (asked: Envelope) =>
        codec.prove(answering(asked, success), (text) => {
          const own = tokensOf({ own: users }, listed).sign({ service: 'users', roles: [] }, 'orders', false);
          return `1.${own.prove('answer to payments.requests 1\n', text)}`;
        }),
    ],
  ])('%s leaves the outcome unknown, and is counted', async (_, meddle) => {
    const { ask, refused } = await between(meddle);
    await expect(ask('m-1')).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(refused).toEqual(['the answer to payments.charge-payment is of somebody else than who was asked']);
  });

  it('to another request is none to this one', async () => {
    let first: Envelope | undefined;
    const { ask } = await between(async (_, answer) => (first ??= await answer()));
    expect(await ask('m-1')).toMatchObject({ outcome: 'success' });
    await expect(ask('m-1')).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it('that decides nothing needs none: who was asked may not know who asks', async () => {
    const undelivered: Outcome = { outcome: 'error', code: 'not-delivered', detail: 'the key is not known' };
    const { ask } = await between(async (asked) => answering(asked, undelivered));
    expect(await ask('m-1')).toEqual(undelivered);
  });
});
