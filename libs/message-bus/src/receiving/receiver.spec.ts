import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { anyone, command, outcomeSchema, tellable, type Envelope, type Outcome } from '@isolith/contracts';
import { WHATEVER_IS_THROWN } from '@isolith/contracts/testing';
import { HandedBackError } from '../transport/handed-back.js';
import { Handlers } from './handlers.js';
import { runAs, runInScope, requireScope, withOptions, MessageRouter } from '../index.js';
import { Receiver, type ErrorSink } from './receiver.js';
import { Buy, handle, Take, Taken } from '../testing/fixtures/hosts.js';
import { envelope } from '../testing/fixtures/plain-signer.js';

/** Handles `stock.take`, in this version, and keeps what it was given. */
function receiver(version = 1) {
  const handlers = new Handlers();
  const taken: object[] = [];
  const { input, output } = Take.contract;
  const TakeNow = command('stock.take', {
    input,
    ...(output === undefined ? {} : { output }),
    access: [anyone()],
    version,
  });
  handlers.addRequest({
    message: TakeNow,
    by: 'TakeHandler',
    invoke: async (take) => (taken.push(take), { left: [] }),
  });
  const receiving = new Receiver(handlers, () => undefined);
  const outcome = async (more: Partial<Envelope>, { redelivered = false, lane = 'stock' } = {}): Promise<Outcome> => {
    const { promise, resolve } = Promise.withResolvers<Envelope>();
    // What is handed back has no answer.
    await receiving.onRequest(
      { envelope: { ...take, ...more }, redelivered, reply: async (answer) => resolve(answer) },
      lane,
    );
    return outcomeSchema.parse((await promise).data);
  };
  return { taken, outcome };
}

const take = envelope({ principal: { service: 'shop', roles: [] }, data: { lines: [] } });

const happened: Envelope = {
  ...take,
  type: 'stock.taken',
  kind: 'event',
  subject: 'a',
  data: { sku: 'a', tags: [] },
};

afterEach(() => void jest.restoreAllMocks());

describe.each(WHATEVER_IS_THROWN)('a handler that throws $what (fault 5)', ({ make }) => {
  const brokenSink = (): never => {
    throw new Error('the disk of the log is full');
  };
  const throwing = (report: ErrorSink) => {
    const handlers = new Handlers();
    const thrower = (): never => {
      throw make();
    };
    handlers.addRequest({ message: Take, by: 'TakeHandler', invoke: async () => thrower() });
    handlers.addSubscription({ context: 'stock', subscription: 'watch', events: [Taken.contract], from: 'now' }, [
      { event: Taken, by: 'OnTaken', invoke: async () => thrower() },
    ]);
    return new Receiver(handlers, report);
  };

  it('ends the command once, as any error does, whether or not it can be told', async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    for (const report of [() => undefined, brokenSink]) {
      const answers: unknown[] = [];
      const reply = async (answer: Envelope): Promise<void> => void answers.push(answer.data);
      await throwing(report).onRequest({ envelope: take, redelivered: false, reply }, 'stock');
      expect(answers).toEqual([
        { outcome: 'error', code: 'handler-error', detail: 'the handler of stock.take failed' },
      ]);
    }
  });

  it('rejects the event with an error that can be told', async () => {
    const rejected: unknown = await throwing(() => undefined)
      .onEvent(
        { envelope: happened, redelivered: false, reply: async () => undefined },
        { lane: 'subscription', context: 'stock', subscription: 'watch' },
      )
      .catch((error: unknown) => error);
    expect(rejected).toBeInstanceOf(Error);
    expect(tellable(rejected)).toBe(rejected);
  });
});

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
    ['with data that does not fit', { data: { lines: 'none' } }, 'contract-violation'],
  ])('that comes %s is refused, and comes again: it may have run elsewhere', async (_, more, code) => {
    const { taken, outcome } = receiver();
    expect(await outcome(more)).toMatchObject({ outcome: 'error', code });
    expect(await outcome(more, { redelivered: true })).toMatchObject({ outcome: 'error', code: 'outcome-unknown' });
    expect(taken).toEqual([]);
  });

  it.each<[string, Partial<Envelope>, string]>([
    ['a type that is not known here', { type: 'stock.take-all' }, 'message'],
    ['a version that comes after the one here', { schemaversion: 5 }, 'version'],
    ['a version before the one here, which it does not fit', { schemaversion: 3, data: { lines: 'none' } }, 'version'],
  ])(
    'of %s is handed back, unanswered, whether it comes for the first time or again (fault 2)',
    async (_, more, lack) => {
      const { taken, outcome } = receiver(4);
      for (const redelivered of [false, true]) {
        const handedBack = await outcome({ schemaversion: 4, ...more }, { redelivered }).catch(
          (error: unknown) => error,
        );
        expect(handedBack).toBeInstanceOf(HandedBackError);
        expect(handedBack).toMatchObject({ context: 'stock', lack });
      }
      expect(taken).toEqual([]);
    },
  );

  it('of the version before is read when it fits (fault 2)', async () => {
    const { taken, outcome } = receiver(2);
    expect(await outcome({ schemaversion: 1 })).toEqual({ outcome: 'success', value: { left: [] } });
    expect(taken).toHaveLength(1);
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
