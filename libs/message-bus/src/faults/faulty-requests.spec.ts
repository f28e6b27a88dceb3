import { afterEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError, OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import { InProcessTransport } from '../transport/in-process-transport.js';
import { answerTo, commandEnvelope, until } from '../testing/index.js';
import type { Address, Transport } from '../transport/transport.js';
import type { FaultRates, InjectedFault } from '../testing/index.js';
import { faultyTransport } from './faulty-transport.js';

const to: Address = { lane: 'requests', context: 'stock' };
const never = new AbortController().signal;
const opened: Transport[] = [];

/** A faulty transport with one listener that keeps the ids that it handles, and what happened on the way. */
async function open(rates: Partial<FaultRates>, { maxInFlight = 40, silenceMs = 5, longestDelayMs = 5 } = {}) {
  const [handled, happened] = [new Array<string>(), new Array<InjectedFault>()];
  const transport = faultyTransport(new InProcessTransport({ maxInFlight }), {
    seed: 11,
    rates,
    silenceMs,
    longestDelayMs,
    onFault: (fault) => happened.push(fault),
  });
  opened.push(transport);
  await transport.listen(to, async (delivery) => {
    handled.push(delivery.envelope.id);
    await delivery.reply(answerTo(delivery.envelope, 'answer'));
  });
  return { transport, handled, happened };
}

const caught = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'no error',
    (error: unknown) => error,
  );

afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.close();
});

describe('a request', () => {
  it('without faults is answered as ever', async () => {
    const { transport, handled, happened } = await open({});
    const envelope = commandEnvelope('stock', null);
    expect((await transport.request(envelope, to, never)).data).toBe('answer');
    expect([handled, happened]).toEqual([[envelope.id], []]);
  });

  it('that is delayed is handled all the same', async () => {
    const { transport, handled, happened } = await open({ delay: 1 });
    const envelope = commandEnvelope('stock', null);
    const asked = transport.request(envelope, to, never);
    expect(handled).toEqual([]);
    expect((await asked).data).toBe('answer');
    expect(happened).toEqual([
      { kind: 'delay', address: 'stock.requests', type: 'stock.do', id: envelope.id, attempt: 1 },
    ]);
  });

  it('that is delivered twice is handled twice with one id, beside or behind the first one', async () => {
    const { transport, handled, happened } = await open({ duplicate: 1 });
    const envelopes = Array.from({ length: 20 }, () => commandEnvelope('stock', null));
    for (const envelope of envelopes) expect((await transport.request(envelope, to, never)).data).toBe('answer');
    await until(() => handled.length === 40);
    expect(handled.toSorted()).toEqual(envelopes.flatMap(({ id }) => [id, id]).toSorted());
    expect(happened.map(({ kind }) => kind)).toEqual(Array(20).fill('duplicate'));
  });

  it('whose answer is lost has been handled, and its caller does not know', async () => {
    const { transport, handled, happened } = await open({ lostReply: 1 });
    const envelope = commandEnvelope('stock', null);
    const error = await caught(transport.request(envelope, to, never));
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(String(error)).toContain('seed 11');
    expect([handled, happened.map(({ kind }) => kind)]).toEqual([[envelope.id], ['lostReply']]);
  });

  it('whose receiver crashes is handled by nobody, and its caller does not know', async () => {
    const { transport, handled, happened } = await open({ crash: 1 });
    expect(await caught(transport.request(commandEnvelope('stock', null), to, never))).toBeInstanceOf(
      OutcomeUnknownError,
    );
    expect([handled, happened.map(({ kind }) => kind)]).toEqual([[], ['crash']]);
  });

  it('that is not delivered is handled by nobody, and its caller knows', async () => {
    const { transport, handled, happened } = await open({ undelivered: 1 });
    expect(await caught(transport.request(commandEnvelope('stock', null), to, never))).toBeInstanceOf(
      NotDeliveredError,
    );
    expect([handled, happened.map(({ kind }) => kind)]).toEqual([[], ['undelivered']]);
  });

  it.each<Partial<FaultRates>>([{ delay: 1 }, { crash: 1 }, { lostReply: 1 }, { undelivered: 1 }])(
    'that was given up before it was sent meets nothing and nobody: %j',
    async (rates) => {
      const { transport, handled, happened } = await open(rates);
      const error = await caught(transport.request(commandEnvelope('stock', null), to, AbortSignal.abort()));
      expect(error).toBeInstanceOf(NotDeliveredError);
      expect([handled, happened]).toEqual([[], []]);
    },
  );

  it('meets other faults when it is asked again, the same ones in every run', async () => {
    const ids = Array.from({ length: 30 }, (_, nth) => `m-${nth}`);
    const run = async (): Promise<readonly string[]> => {
      const { transport, happened } = await open({ lostReply: 0.5 });
      for (const id of [...ids, ...ids])
        await caught(transport.request({ ...commandEnvelope('stock', null), id }, to, never));
      return happened.map(({ id, attempt }) => `${id} ${attempt}`);
    };
    const [first, second] = [await run(), await run()];
    expect(second).toEqual(first);
    const firstAttempts = first.filter((each) => each.endsWith(' 1')).map((each) => each.split(' ')[0]);
    const secondAttempts = first.filter((each) => each.endsWith(' 2')).map((each) => each.split(' ')[0]);
    expect(firstAttempts.length * secondAttempts.length).toBeGreaterThan(0);
    expect(secondAttempts).not.toEqual(firstAttempts);
  });

  it.each([
    ['delayed', { delay: 1 }, NotDeliveredError],
    ['in the hands of who crashed', { crash: 1 }, OutcomeUnknownError],
  ])('that is %s ends with its signal, and with the transport', async (_, rates, kind) => {
    const { transport, handled } = await open(rates, { silenceMs: 60_000, longestDelayMs: 60_000 });
    const caller = new AbortController();
    const [given, left] = [
      caught(transport.request(commandEnvelope('stock', null), to, caller.signal)),
      caught(transport.request(commandEnvelope('stock', null), to, never)),
    ];
    caller.abort();
    expect(await given).toBeInstanceOf(kind);
    await transport.close();
    expect(await left).toBeInstanceOf(kind);
    expect(handled).toEqual([]);
  });

  it('beyond the bound is refused: what is delayed counts', async () => {
    const { transport } = await open({ delay: 1 }, { maxInFlight: 2, longestDelayMs: 60_000 });
    const waiting = [1, 2].map(() => caught(transport.request(commandEnvelope('stock', null), to, never)));
    expect(await caught(transport.request(commandEnvelope('stock', null), to, never))).toBeInstanceOf(OverloadedError);
    await transport.close();
    await Promise.all(waiting);
  });
});
