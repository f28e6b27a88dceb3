import { describe, expect, it } from '@jest/globals';
import { outcomeSchema, type Envelope, type Outcome } from '@isolith/contracts';
import { Handlers } from './handlers.js';
import { runAs, runInScope, requireScope, withOptions, MessageRouter } from './index.js';
import { Receiver } from './receiver.js';
import { Buy, handle, Take } from './testing/fixtures/hosts.js';

/** Handles `stock.take` and keeps what it was given. */
function receiver() {
  const handlers = new Handlers();
  const taken: object[] = [];
  handlers.addRequest({ message: Take, by: 'TakeHandler', invoke: async (take) => (taken.push(take), { left: [] }) });
  const receiving = new Receiver(handlers, () => undefined);
  const outcome = async (more: Partial<Envelope>, { redelivered = false, lane = 'stock' } = {}): Promise<Outcome> => {
    const { promise, resolve } = Promise.withResolvers<Envelope>();
    await receiving.onRequest(
      { envelope: { ...take, ...more }, redelivered, reply: async (answer) => resolve(answer) },
      lane,
      true,
    );
    return outcomeSchema.parse((await promise).data);
  };
  return { taken, outcome };
}

const take: Envelope = {
  specversion: '1.0',
  id: 'm-1',
  source: '/shop',
  type: 'stock.take',
  time: '2026-01-01T00:00:00Z',
  kind: 'command',
  schemaversion: 1,
  correlationid: 'c-1',
  principal: { service: 'shop', roles: [] },
  data: { lines: [] },
};

describe('a request', () => {
  it("of another context than its lane's is refused, though this host has a handler for it", async () => {
    const { taken, outcome } = receiver();
    expect(await outcome({}, { lane: 'shop' })).toMatchObject({ outcome: 'error', code: 'unauthenticated' });
    expect(taken).toEqual([]);
    expect(await outcome({})).toEqual({ outcome: 'success', value: { left: [] } });
  });

  // Whoever had it before may have handled it and lost only the connection over which it would have answered.
  it.each<[string, Partial<Envelope>, string]>([
    ['after its deadline', { deadline: 1 }, 'not-delivered'],
    ['of a type that is not known here', { type: 'stock.take-all' }, 'unknown-message'],
    ['of a version that is not known here', { schemaversion: 2 }, 'unknown-message'],
    ['with data of another version', { data: { lines: 'none' } }, 'contract-violation'],
  ])('that comes %s is refused, and comes again: it may have run elsewhere', async (_, more, code) => {
    const { taken, outcome } = receiver();
    expect(await outcome(more)).toMatchObject({ outcome: 'error', code });
    expect(await outcome(more, { redelivered: true })).toMatchObject({ outcome: 'error', code: 'outcome-unknown' });
    expect(taken).toEqual([]);
  });

  it('that comes again and may not be sent by its sender is refused as it was before', async () => {
    expect(await receiver().outcome({ principal: undefined }, { redelivered: true })).toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('a message of the own context inside an open unit', () => {
  it('is refused by name when it would revoke another, which only an inbox can', async () => {
    const router = new MessageRouter({ placement: { here: ['shop'] }, onError: () => undefined });
    const bought: object[] = [];
    handle(router, Buy, async (buy) => (bought.push(buy), { left: [] }));
    const inUnit = (message: object) =>
      runAs('shop', () =>
        runInScope({ ...requireScope(), unit: { context: 'shop', append: () => undefined } }, () =>
          router.send(message),
        ),
      );
    const refusal = await inUnit(withOptions(new Buy({ lines: [] }), { revokes: 'm-1' })).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(TypeError);
    expect(refusal).toHaveProperty('message', expect.stringContaining('revokes'));
    expect(bought).toEqual([]);
    await expect(inUnit(new Buy({ lines: [] }))).resolves.toEqual({ left: [] });
  });
});
