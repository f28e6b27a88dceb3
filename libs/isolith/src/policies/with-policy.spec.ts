import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  anyone,
  command,
  failure,
  HandlerError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  query,
  type RequestContract,
} from '@isolith/contracts';
import { MessageRouter, runAs, withOptions } from '@isolith/message-bus';
import { noFallback } from '@isolith/resilience';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { z } from 'zod';
import { ContractCalls } from './contract-calls.js';
import { type ContractPolicy, type PolicedNeed, type StaleAnswersOf, withPolicy } from './with-policy.js';

class SoldOut extends failure('products.sold-out', { status: 409, retryable: true, detail: 'sold out' }) {}
const Price = z.object({ sku: z.string(), priceMinor: z.int() });
class GetPrices extends query('products.get-prices', {
  input: z.object({ skus: z.array(z.string()) }),
  output: z.object({ prices: z.array(Price) }),
  failures: [SoldOut],
  access: [anyone()],
}) {}
class Reserve extends command('products.reserve', { input: z.object({}), access: [anyone()] }) {}

type Prices = { prices: z.output<typeof Price>[] };

const NONE = noFallback('a price has no substitute');

describe('withPolicy', () => {
  let router: MessageRouter;
  let now = 0;
  let asked: string[];
  /** What products does next; it answers with prices when nothing is left. */
  let script: (Error | 'hangs')[];

  beforeEach(async () => {
    now = 1_000_000;
    asked = [];
    script = [];
    router = new MessageRouter({ placement: { here: ['orders', 'products'] }, onError: () => undefined });
    const handle = (
      message: {
        readonly contract: RequestContract;
        restore(fields: Record<string, unknown>): object;
        new (input: never): object;
      },
      invoke: (received: object) => Promise<unknown>,
    ): void => router.handle({ message, by: 'spec', invoke });
    const answering = async (): Promise<void> => {
      const next = script.shift();
      if (next instanceof Error) throw next;
      if (next === 'hangs') await new Promise(() => undefined);
    };
    handle(GetPrices, async (received) => {
      if (!(received instanceof GetPrices)) throw new TypeError('not GetPrices');
      asked.push(received.skus.join());
      await answering();
      return { prices: received.skus.map((sku) => ({ sku, priceMinor: sku.length * 100 })) };
    });
    handle(Reserve, async () => {
      asked.push('reserve');
      await answering();
    });
    await router.listenHere();
  });
  afterEach(() => router.close());

  const under = (need: PolicedNeed): ContractCalls => {
    const calls = new ContractCalls('orders', need, { random: () => 0, now: () => now });
    router.usePolicy('orders', need.message.contract, calls);
    return calls;
  };
  const pricing = (policy: ContractPolicy<typeof GetPrices>): ContractCalls => under(withPolicy(GetPrices, policy));
  const prices = (skus: readonly string[], user = 'anna', timeoutMs = 5_000): Promise<unknown> =>
    runAs('orders', () => router.send(withOptions(new GetPrices({ skus: [...skus] }), { timeoutMs })), {
      principal: { service: 'orders', roles: ['customer'], user },
    });

  it('opens a breaker by what products can not do, and then does not ask it', async () => {
    const { policies } = pricing({ breaker: { failureThreshold: 2, successThreshold: 1 }, fallback: NONE });
    script = [new Error('defect'), new Error('defect')];
    for (let time = 0; time < 2; time++) await expect(prices(['a'])).rejects.toBeInstanceOf(HandlerError);
    await expect(prices(['a'])).rejects.toBeInstanceOf(NotDeliveredError);
    expect(asked).toHaveLength(2);
    now += 30_000;
    expect(await prices(['a'])).toEqual({ prices: [{ sku: 'a', priceMinor: 100 }] });
    expect(policies.state()).toMatchObject({ name: 'orders:products.get-prices', breaker: 'closed' });
  });

  it('takes a failure for an answer: no breaker counts it, nothing repeats it, nothing stands in for it', async () => {
    const { policies } = pricing({
      retry: {},
      breaker: { failureThreshold: 1 },
      fallback: () => ({ prices: [] }),
    });
    script = [new SoldOut({})];
    await expect(prices(['a'])).rejects.toBeInstanceOf(SoldOut);
    expect([asked.length, policies.state().breaker]).toEqual([1, 'closed']);
  });

  it('repeats as often as it says, instead of the bus', async () => {
    pricing({ retry: { attempts: 2, initialDelayMs: 1 } });
    script = [new OverloadedError('1'), new OverloadedError('2'), new OverloadedError('3')];
    await expect(prices(['a'])).rejects.toBeInstanceOf(OverloadedError);
    expect(asked).toHaveLength(2);
  });

  it('does not know what came of an attempt that took too long', async () => {
    under(withPolicy(Reserve, { timeoutMs: 20 }));
    script = ['hangs'];
    await expect(runAs('orders', () => router.send(new Reserve({})))).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('refuses beyond its bulkhead, so that what hangs holds no more than its slots', async () => {
    const { policies } = pricing({ bulkhead: { concurrency: 2, queue: 0 } });
    script = ['hangs', 'hangs'];
    const hanging = [1, 2].map(() => prices(['a'], 'anna', 100).catch((error: unknown) => error));
    await expect(prices(['a'])).rejects.toBeInstanceOf(OverloadedError);
    for (const outcome of await Promise.all(hanging)) expect(outcome).toBeInstanceOf(OutcomeUnknownError);
    expect(policies.state().bulkhead).toEqual({ running: 0, queued: 0 });
    expect(await prices(['a'])).toMatchObject({ prices: [{ sku: 'a' }] });
  });

  it('answers by a function of the message', async () => {
    pricing({
      retry: { attempts: 1 },
      fallback: (_, { skus }) => ({ prices: skus.map((sku) => ({ sku, priceMinor: 1 })) }),
    });
    script = [new NotDeliveredError('away')];
    expect(await prices(['b'])).toEqual({ prices: [{ sku: 'b', priceMinor: 1 }] });
  });

  describe('with old answers', () => {
    const away = (): void => void (script = [new NotDeliveredError('away')]);
    const retry = { attempts: 1 };

    it('gives each user what was answered to the same one, and to nobody else', async () => {
      pricing({ retry, fallback: { maxAgeMs: 1_000 } });
      await prices(['a'], 'anna');
      away();
      expect(await prices(['a'], 'anna')).toEqual({ prices: [{ sku: 'a', priceMinor: 100 }] });
      away();
      await expect(prices(['a'], 'ben')).rejects.toBeInstanceOf(NotDeliveredError);
      now += 1_001;
      away();
      await expect(prices(['a'], 'anna')).rejects.toBeInstanceOf(NotDeliveredError);
    });

    it('puts together what several answers left, where all may see them', async () => {
      pricing({
        retry,
        fallback: {
          maxAgeMs: 1_000,
          sameForAll: true,
          parts: {
            keys: ({ skus }) => skus,
            split: ({ prices: all }) => all.map((price) => [price.sku, { prices: [price] }] as const),
            join: (parts) => ({ prices: parts.flatMap(({ prices: one }) => one) }),
          },
        },
      });
      await prices(['a', 'bb'], 'anna');
      await prices(['ccc'], 'ben');
      away();
      expect(await prices(['ccc', 'a'], 'cleo')).toEqual({
        prices: [
          { sku: 'ccc', priceMinor: 300 },
          { sku: 'a', priceMinor: 100 },
        ],
      });
      away();
      await expect(prices(['a', 'dddd'], 'cleo')).rejects.toBeInstanceOf(NotDeliveredError);
    });
  });

  describe('with parts of old answers that can not be told apart', () => {
    type Parts = NonNullable<StaleAnswersOf<typeof GetPrices>['parts']>;
    const parts: Parts = {
      keys: ({ skus }) => skus,
      split: ({ prices: all }) => all.map((price): readonly [string, Prices] => [price.sku, { prices: [price] }]),
      join: (found) => ({ prices: found.flatMap(({ prices: one }) => one) }),
    };
    const broken = (): never => {
      throw new TypeError('a defect of the application');
    };
    /** The second part is not to be had. */
    function* half(answer: Prices): Generator<readonly [string, Prices], undefined> {
      const [first] = parts.split(answer);
      if (first !== undefined) yield first;
      broken();
    }
    const withParts = (wrong: Partial<Parts>): unknown[] => {
      const warned: unknown[] = [];
      const lines = new ConsoleLogger({ logLevels: ['warn'] });
      lines.warn = (line: unknown) => void warned.push(line);
      Logger.overrideLogger(lines);
      const kept = { maxAgeMs: 1_000, sameForAll: true, parts: { ...parts, ...wrong } };
      pricing({ retry: { attempts: 1 }, fallback: kept });
      return warned;
    };

    it.each([
      ['keys', { keys: broken }],
      ['split', { split: broken }],
      ['split', { split: half }],
      ['join', { join: broken }],
    ])('answers all the same, keeps nothing, and says once that %s threw', async (name, wrong) => {
      const warned = withParts(wrong);
      const answer = { prices: ['a', 'bb'].map((sku) => ({ sku, priceMinor: sku.length * 100 })) };
      for (let time = 0; time < 2; time++) expect(await prices(['a', 'bb'])).toEqual(answer);
      const away = new NotDeliveredError('away');
      for (let time = 0; time < 2; time++) {
        script = [away];
        await expect(prices(['a'])).rejects.toEqual(away);
      }
      expect(warned).toEqual([
        {
          message: expect.stringMatching(`^orders:products.get-prices: fallback.parts.${name} threw`),
          err: new TypeError('a defect of the application'),
        },
      ]);
    });
  });

  it('refuses for a command what is for queries, and numbers out of range, where they stand', () => {
    expect(() => withPolicy(Reserve, { hedge: { afterMs: 5 }, fallback: { maxAgeMs: 5 } })).toThrow(
      'policy of products.reserve: hedge and fallback.maxAgeMs: for queries, and it is a command',
    );
    expect(() => withPolicy(GetPrices, { timeoutMs: -1, retry: { attempts: 0 } })).toThrow(
      /products\.get-prices.*retry\.attempts.*timeoutMs/,
    );
  });
});
