import { describe, expect, it } from '@jest/globals';
import { codec, outcomeSchema, type Envelope } from '@isolith/contracts';
import { HandBacks, InProcessTransport, SignedTransport, type Address } from '@isolith/message-bus';
import fc from 'fast-check';
import { crossing } from './spec-support/crossing.js';
import { newKey, tokensOf } from './spec-support/services.js';

const [orders, payments] = [newKey(), newKey()];
const listed = { orders: [orders], payments: [payments] };
const requests: Address = { lane: 'requests', context: 'payments' };
const signal = new AbortController().signal;

const charge: Envelope = {
  specversion: '1.0',
  id: 'm-1',
  source: '/orders',
  type: 'payments.charge-payment',
  time: '2026-01-01T00:00:00Z',
  kind: 'command',
  schemaversion: 1,
  correlationid: 'c-1',
  principal: { service: 'orders', user: 'ada', roles: ['customer'] },
  data: { orderId: 'o-1', amountMinor: 1250 },
};

/** What orders send to payments, as it crosses. */
const sent = (): Promise<Buffer> =>
  crossing(
    (medium) =>
      new SignedTransport(medium, tokensOf({ own: orders }, listed), () => undefined, { note: () => undefined }),
    charge,
    requests,
  );

/** Payments, behind a medium that hands them what it is given. */
async function reader() {
  const medium = new InProcessTransport();
  let handled = 0;
  await new SignedTransport(
    medium,
    tokensOf({ own: payments }, listed),
    () => undefined,
    new HandBacks(() => undefined),
  ).listen(requests, async (delivery) => {
    handled += 1;
    await delivery.reply({ ...delivery.envelope, kind: 'reply', data: { outcome: 'success' } });
  });
  const ask = async (bytes: Buffer): Promise<string> => {
    try {
      const answer = await medium.request(codec.decode(bytes), requests, signal);
      const outcome = outcomeSchema.parse(answer.data);
      return outcome.outcome === 'error' ? outcome.code : outcome.outcome;
    } catch (error) {
      return error instanceof Error ? error.name : 'thrown';
    }
  };
  return { ask, handled: () => handled };
}

describe('a message under the key of a service', () => {
  it('is refused when any one of its bytes is another: message, token or proof', async () => {
    const bytes = await sent();
    const { ask, handled } = await reader();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(bytes);
        changed[at] = (bytes[at] ?? 0) ^ by;
        expect(await ask(changed)).not.toBe('success');
      }),
      { numRuns: 2_000 },
    );
    expect(handled()).toBe(0);
    expect(await ask(bytes)).toBe('success');
  });
});
