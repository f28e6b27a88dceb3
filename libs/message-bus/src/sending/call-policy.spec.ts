import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError, OutcomeUnknownError, OverloadedError, steadyNow } from '@isolith/contracts';
import { requireScope, runAs, withOptions, type CallPolicy } from '../index.js';
import { handle, Hosts, placements, Take } from '../testing/fixtures/hosts.js';

const signal = new AbortController().signal;
const once: CallPolicy = { repeats: true, run: (_, attempt) => attempt({ signal }) };
/** Makes so many attempts, whatever comes of them, and rejects with the last one's error. */
const repeating = (attempts: number): CallPolicy => ({
  repeats: true,
  run: async (_, attempt) => {
    let last: unknown;
    for (let made = 0; made < attempts; made++) {
      try {
        return await attempt({ signal });
      } catch (error) {
        last = error;
      }
    }
    throw last;
  },
});

// Placement changes nothing observable, also not what a policy sees of a call.
describe.each(placements)('a call under a policy in %s', (placement) => {
  let hosts: Hosts;
  beforeEach(async () => {
    hosts = await new Hosts(placement).open();
  });
  afterEach(() => hosts.close());

  const throwing = (...errors: readonly Error[]) => {
    const ids: unknown[] = [];
    handle(hosts.stock, Take, async () => {
      const error = errors[ids.push(requireScope().envelope?.id) - 1];
      if (error !== undefined) throw error;
      return { left: [] };
    });
    return ids;
  };
  const under = (policy: CallPolicy, sender = 'shop'): void => hosts.shop.usePolicy(sender, Take.contract, policy);
  const take = (timeoutMs = 5_000): Promise<unknown> =>
    runAs('shop', () => hosts.shop.send(withOptions(new Take({ lines: [] }), { id: 'take-1', timeoutMs })));

  it('is asked as often as the policy says, each time with the same id', async () => {
    const ids = throwing(new NotDeliveredError('1'), new NotDeliveredError('2'));
    under(repeating(3));
    expect(await take()).toEqual({ left: [] });
    expect(ids).toEqual(['take-1', 'take-1', 'take-1']);
  });

  it('is asked once where the policy repeats nothing more, and again and again where it leaves that to the bus', async () => {
    const ids = throwing(new OverloadedError('1'), new OverloadedError('2'));
    under(once);
    await expect(take()).rejects.toBeInstanceOf(OverloadedError);
    expect(ids).toHaveLength(1);
    hosts.shop.usePolicy('shop', Take.contract, { ...once, repeats: false });
    expect(await take()).toEqual({ left: [] });
    expect(ids).toHaveLength(3);
  });

  it('is answered by what stands in, without a call', async () => {
    const ids = throwing();
    under({ repeats: false, run: async ({ data }) => ({ left: [], asked: data }) });
    expect(await take()).toEqual({ left: [], asked: { lines: [] } });
    expect(ids).toEqual([]);
  });

  it('is nothing to other contexts that send the same', async () => {
    const ids = throwing();
    under({ repeats: false, run: () => Promise.reject(new OverloadedError('refused')) }, 'elsewhere');
    expect(await take()).toEqual({ left: [] });
    expect(ids).toHaveLength(1);
  });

  it('may have run when any attempt may have: the last one having had no effect does not say otherwise', async () => {
    throwing(new OutcomeUnknownError('lost'), new OverloadedError('full'));
    under(repeating(2));
    await expect(take()).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('had no effect when no attempt had any', async () => {
    throwing(new NotDeliveredError('1'), new OverloadedError('2'));
    under(repeating(2));
    await expect(take()).rejects.toBeInstanceOf(OverloadedError);
  });

  it('that was given up may have run, whatever the policy made of it', async () => {
    const gate = Promise.withResolvers<{ left: [] }>();
    const begun = Promise.withResolvers<void>();
    handle(hosts.stock, Take, () => {
      begun.resolve();
      return gate.promise;
    });
    under({
      repeats: true,
      run: async (_, attempt) => {
        const given = new AbortController();
        attempt({ signal: given.signal }).catch(() => undefined);
        await begun.promise;
        given.abort();
        throw new OverloadedError('the circuit opened meanwhile');
      },
    });
    await expect(take()).rejects.toBeInstanceOf(OutcomeUnknownError);
    gate.resolve({ left: [] });
  });

  it('gives its receiver the time of the attempt', async () => {
    let left = Number.NaN;
    handle(hosts.stock, Take, async () => {
      left = (requireScope().deadline ?? Number.NaN) - steadyNow();
      return { left: [] };
    });
    under({ repeats: true, run: (_, attempt) => attempt({ signal, deadline: steadyNow() + 300 }) });
    await take();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(300);
  });

  it('has one policy: a second one is a violation', () => {
    throwing();
    under(once);
    under(once);
    expect(hosts.shop.violations()).toContain('shop has two policies for stock.take');
  });
});
