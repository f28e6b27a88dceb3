import { afterEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError, OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import fc from 'fast-check';
import { InProcessTransport } from '../transport/in-process-transport.js';
import { eventEnvelope, until } from '../testing/index.js';
import type { Address, Transport } from '../transport/transport.js';
import type { FaultRates, InjectedFault } from '../testing/index.js';
import { FaultPlan } from './fault-plan.js';
import { faultyTransport } from './faulty-transport.js';

const to: Address = { lane: 'subscription', context: 'shop', subscription: 'watch' };
const never = new AbortController().signal;
const opened: Transport[] = [];
const event = (subject: string | undefined, data: unknown) => eventEnvelope('stock', subject, data);
const caught = (sent: Promise<unknown>): Promise<unknown> =>
  sent.then(
    () => 'no error',
    (error: unknown) => error,
  );

async function open(
  rates: Partial<FaultRates>,
  { seed = 11, maxInFlight = 4_096, longestDelayMs = 5, fails = (_: unknown): boolean => false } = {},
) {
  const [handled, happened] = [new Array<unknown>(), new Array<InjectedFault>()];
  const transport = faultyTransport(new InProcessTransport({ maxInFlight }), {
    seed,
    rates,
    longestDelayMs,
    onFault: (fault) => happened.push(fault),
  });
  opened.push(transport);
  await transport.listen(to, async ({ envelope: { data } }) => {
    if (fails(data)) throw new Error('poison');
    handled.push(data);
  });
  return { transport, handled, happened, kinds: () => [...new Set(happened.map(({ kind }) => kind))] };
}

afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.close();
});

describe('an event', () => {
  it('that is delayed arrives all the same', async () => {
    const { transport, handled, kinds } = await open({ delay: 1 });
    const sent = transport.send(event('a', 1), to, never);
    expect(handled).toEqual([]);
    await sent;
    expect([handled, kinds()]).toEqual([[1], ['delay']]);
  });

  it('that is delivered twice arrives before the next of its key does', async () => {
    const { transport, handled, kinds } = await open({ duplicate: 1 });
    await Promise.all([1, 2].map((nth) => transport.send(event('a', nth), to, never)));
    await until(() => handled.length === 4);
    expect([handled, kinds()]).toEqual([[1, 1, 2, 2], ['duplicate']]);
  });

  it.each(['lostReply', 'crash'] as const)(
    'was taken when its confirmation is lost, and its sender does not know: %s',
    async (kind) => {
      const { transport, handled, kinds } = await open({ [kind]: 1 });
      const error = await caught(transport.send(event('a', 1), to, never));
      expect(error).toBeInstanceOf(OutcomeUnknownError);
      expect(String(error)).toContain('seed 11');
      expect([handled, kinds()]).toEqual([[1], [kind]]);
    },
  );

  it('that is not delivered was not taken, and nothing that was sent behind it overtakes it', async () => {
    const { transport, handled, kinds } = await open({ undelivered: 1, delay: 1 });
    const sends = [1, 2].map((nth) => caught(transport.send(event('a', nth), to, never)));
    for (const error of await Promise.all(sends)) expect(error).toBeInstanceOf(NotDeliveredError);
    expect([handled, kinds()]).toEqual([[], ['delay', 'undelivered']]);
  });

  it('is overtaken by those of other keys', async () => {
    // Only the first one is held back; it goes on as soon as the other one has passed.
    const { transport, handled, happened } = await open({ reorder: 0.5 }, { longestDelayMs: 60_000 });
    const id = (prefix: string, held: boolean): string => {
      for (let nth = 0; ; nth += 1) if (isHeld(`${prefix}-${nth}`) === held) return `${prefix}-${nth}`;
    };
    const first = transport.send({ ...event('a', 'a'), id: id('a', true) }, to, never);
    const second = transport.send({ ...event('b', 'b'), id: id('b', false) }, to, never);
    await Promise.all([first, second]);
    expect(handled).toEqual(['b', 'a']);
    expect(happened.map(({ kind }) => kind)).toEqual(['reorder']);
  });

  it('with nobody to overtake it goes on after a while', async () => {
    const { transport, handled, happened } = await open({ reorder: 1 });
    await transport.send(event('a', 1), to, never);
    expect([handled, happened]).toEqual([[1], []]);
  });
});

/** Whether the transport above holds back the first attempt of an event with this id. */
function isHeld(id: string): boolean {
  const plan = new FaultPlan(
    11,
    { delay: 0, reorder: 0.5, duplicate: 0, lostReply: 0, crash: 0, undelivered: 0 },
    60_000,
  );
  return plan.next('shop.watch', id).reorder;
}

describe('a send', () => {
  it('of what was not taken rejects, and that of what was taken does not', async () => {
    const { transport, handled } = await open({ undelivered: 0.5 });
    const outcomes = new Set<string>();
    for (let nth = 0; nth < 40; nth += 1) {
      handled.length = 0;
      const error = await caught(transport.send(event('a', 'a'), to, never));
      outcomes.add(`${handled.length} taken: ${error instanceof Error ? error.constructor.name : String(error)}`);
    }
    expect([...outcomes].toSorted()).toEqual(['0 taken: NotDeliveredError', '1 taken: no error']);
  });

  it('that a handler rejects rejects with what it threw; one behind it is refused, one beside it goes on', async () => {
    const { transport, handled } = await open({ delay: 0.5 }, { fails: (data) => data === 'poison' });
    const sends = [event('a', 'poison'), event('a', 'behind'), event('b', 'beside')].map((each) =>
      caught(transport.send(each, to, never)),
    );
    expect(await Promise.all(sends)).toEqual([
      expect.objectContaining({ message: 'poison' }),
      expect.any(NotDeliveredError),
      'no error',
    ]);
    expect(handled).toEqual(['beside']);
  });

  it('ends with its signal and with the transport; what waits for its turn then is not handed over', async () => {
    const { transport, handled } = await open({ delay: 1 }, { longestDelayMs: 60_000 });
    const sender = new AbortController();
    const [first, second, third] = [never, sender.signal, never].map((signal, nth) =>
      caught(transport.send(event('a', nth), to, signal)),
    );
    sender.abort();
    expect(await second).toBeInstanceOf(NotDeliveredError);
    await transport.close();
    expect([await first, await third]).toEqual([expect.any(NotDeliveredError), expect.any(NotDeliveredError)]);
    expect(handled).toEqual([]);
  });

  it('beyond the bound is refused: what is delayed counts', async () => {
    const { transport } = await open({ delay: 1 }, { maxInFlight: 2, longestDelayMs: 60_000 });
    const waiting = ['a', 'b'].map((key) => caught(transport.send(event(key, 1), to, never)));
    expect(await caught(transport.send(event('c', 1), to, never))).toBeInstanceOf(OverloadedError);
    await transport.close();
    await Promise.all(waiting);
  });
});

describe('under every fault at once', () => {
  it('each key keeps its order, and what a sender does not know of is never missing', async () => {
    const rates = { delay: 0.3, reorder: 0.3, duplicate: 0.3, lostReply: 0.1, crash: 0.1, undelivered: 0.1 };
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 4 }), async (seed, size) => {
        const { transport, handled } = await open(rates, { seed, longestDelayMs: 3 });
        // Each producer sends some events of a key in one turn, and all of them again until it knows that they were
        // taken.
        const produce = async (key: string): Promise<void> => {
          for (let nth = 0; nth < 8; nth += size) {
            const batch = Array.from({ length: Math.min(size, 8 - nth) }, (_, index) => ({
              ...event(key, `${key}${nth + index}`),
              id: `${key}${nth + index}`,
            }));
            const sendAll = (): Promise<unknown[]> =>
              Promise.all(batch.map((each) => caught(transport.send(each, to, never))));
            while ((await sendAll()).some((end) => end !== 'no error'));
          }
        };
        await Promise.all(['a', 'b', 'c'].map(produce));
        for (const key of ['a', 'b', 'c']) {
          const arrived = [...new Set(handled)].filter((data) => String(data).startsWith(key));
          expect(arrived).toEqual(Array.from({ length: 8 }, (_, nth) => `${key}${nth}`));
        }
        await transport.close();
      }),
      { numRuns: 25 },
    );
  });
});
