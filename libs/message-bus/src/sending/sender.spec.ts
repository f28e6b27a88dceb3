import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  anyone,
  command,
  ConcurrencyError,
  ContractViolationError,
  codec,
  delegatePrincipal,
  ForbiddenError,
  HandlerError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  query,
  RevokedError,
  type Envelope,
  type Principal,
  steadyNow,
} from '@isolith/contracts';
import fc from 'fast-check';
import { z } from 'zod';
import {
  CallInsideUnitError,
  InProcessTransport,
  MessageRouter,
  requireScope,
  runAs,
  runInScope,
  withOptions,
  type OpenUnit,
  type Transport,
} from '../index.js';
import { handle, Hosts, placements, SoldOut, Take, Tapped, Taken } from '../testing/fixtures/hosts.js';

class Outer extends command('a.outer', { input: z.object({ timeoutMs: z.int().nullable() }), access: [anyone()] }) {}
class Middle extends command('b.middle', { input: z.object({}) }) {}
class Inner extends query('c.inner', { input: z.object({}) }) {}
class Free extends query('c.free', { input: z.object({}), access: [anyone()] }) {}

const local = new Tapped();
const router = new MessageRouter({
  placement: { here: ['a', 'b', 'c'] },
  local,
  requestTimeoutMs: 5_000,
  onError: () => undefined,
});
const opened = router.listenHere();

handle(router, Outer, ({ timeoutMs }) =>
  router.send(timeoutMs === null ? new Middle({}) : withOptions(new Middle({}), { timeoutMs })),
);
handle(router, Middle, () => router.send(new Inner({})));
handle(router, Inner, async () => undefined);
handle(router, Free, async () => undefined);

/** The envelopes of one call and of the calls that it led to, outermost first. */
async function envelopesOf(send: () => Promise<unknown>): Promise<readonly Envelope[]> {
  await opened;
  local.requests.length = 0;
  await send();
  return [...local.requests];
}

afterEach(() => void (local.requests.length = 0));

describe('an envelope', () => {
  it('is one that the wire knows, whatever it was made of', async () => {
    const more = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    for (const envelope of await envelopesOf(() =>
      router.send(
        withOptions(new Outer({ timeoutMs: 50 }), {
          id: 'i',
          revokes: 'r',
          principal: { service: 'gateway', roles: ['y'] },
          ...more,
        }),
      ),
    )) {
      const { deadline, ...sent } = envelope;
      const { deadline: read, ...crossed } = codec.decode(codec.encode(envelope));
      expect(crossed).toEqual(sent);
      // A deadline crosses as the time that is left.
      expect(read).toBeCloseTo(deadline ?? Number.NaN, -2);
    }
  });

  it('carries its options', async () => {
    const principal = { service: 'gateway', user: 'u', roles: ['admin'] };
    const [envelope] = await envelopesOf(() =>
      router.send(withOptions(new Free({}), { id: 'my-id', revokes: 'other-id', principal })),
    );
    expect(envelope).toMatchObject({
      id: 'my-id',
      revokes: 'other-id',
      principal,
      type: 'c.free',
      kind: 'query',
      schemaversion: 1,
    });
    const ids = (
      await envelopesOf(async () => Promise.all([router.send(new Free({})), router.send(new Free({}))]))
    ).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it('speaks for nobody but the context that sends', async () => {
    const forged = withOptions(new Free({}), { principal: { service: 'orders', roles: [] } });
    await expect(router.send(forged)).rejects.toThrow("gateway can't send c.free as orders");
  });

  it('tells of the sender, on whose behalf, in which correlation and because of what', async () => {
    const scope = {
      context: 'gateway',
      correlationId: 'c-1',
      principal: { service: 'gateway', user: 'u-1', roles: ['customer'] },
    };
    const [outer, middle, inner] = await envelopesOf(() =>
      runInScope(scope, () => router.send(new Outer({ timeoutMs: null }))),
    );
    const user = { user: 'u-1', roles: ['customer'] };
    expect([outer, middle, inner]).toMatchObject([
      { source: '/gateway', correlationid: 'c-1', principal: { service: 'gateway', ...user } },
      { source: '/a', correlationid: 'c-1', principal: { service: 'a', ...user }, causationid: outer?.id },
      { source: '/b', correlationid: 'c-1', principal: { service: 'b', ...user }, causationid: middle?.id },
    ]);
    expect(outer).not.toHaveProperty('causationid');
  });

  it('of a delegate says so while its own context runs, and not beyond', async () => {
    const delegate = delegatePrincipal('mind', { user: 'u-1', roles: ['customer'] });
    const [outer, middle] = await envelopesOf(() =>
      runAs('mind', () => router.send(new Outer({ timeoutMs: null })), { principal: delegate }),
    );
    expect(outer?.principal).toEqual(delegate);
    expect(middle?.principal).toEqual({ service: 'a', user: 'u-1', roles: ['customer'] });
  });

  it('of a delegate is let in nowhere but where its user is', async () => {
    const delegate = delegatePrincipal('mind', { user: 'u-1', roles: [] });
    const sent = (principal: Principal): Promise<unknown> =>
      runAs('mind', () => router.send(new Inner({})), { principal });
    await envelopesOf(() => sent({ service: 'mind', user: 'u-1', roles: [] }));
    await expect(envelopesOf(() => sent(delegate))).rejects.toThrow(ForbiddenError);
  });

  it('of code that handles no message speaks for nobody', async () => {
    const [envelope] = await envelopesOf(() => router.send(new Free({})));
    expect(envelope).toMatchObject({ source: '/gateway', principal: { service: 'gateway', roles: [] } });
  });
});

describe('a deadline', () => {
  it('of a nested call is never later than that of the call around it', async () => {
    const timeout = fc.option(fc.integer({ min: 1_000, max: 100_000 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(timeout, timeout, timeout, async (outermost, outer, middle) => {
        const before = steadyNow();
        const send = () =>
          router.send(
            outer === null
              ? new Outer({ timeoutMs: middle })
              : withOptions(new Outer({ timeoutMs: middle }), { timeoutMs: outer }),
          );
        const envelopes = await envelopesOf(() =>
          outermost === null ? send() : runAs('x', send, { deadline: before + outermost }),
        );
        const deadlines = envelopes.map(({ deadline }) => deadline ?? Number.NaN);
        expect(deadlines).toHaveLength(3);
        expect(deadlines).toEqual(deadlines.toSorted((a, b) => b - a));
        const latest = steadyNow() + (outer ?? 5_000);
        expect(deadlines[0]).toBeLessThanOrEqual(outermost === null ? latest : Math.min(latest, before + outermost));
        expect(deadlines[0]).toBeGreaterThanOrEqual(before + Math.min(outermost ?? Infinity, outer ?? 5_000));
      }),
      { numRuns: 50 },
    );
  });

  it('that has passed keeps the message from being sent; one that passes meanwhile leaves the outcome unknown', async () => {
    await opened;
    await expect(router.send(withOptions(new Free({}), { timeoutMs: 0 }))).rejects.toBeInstanceOf(NotDeliveredError);
    const gate = Promise.withResolvers<undefined>();
    const slow = new MessageRouter({ placement: { here: ['c'] }, requestTimeoutMs: 20, onError: () => undefined });
    handle(slow, Free, () => gate.promise);
    await slow.listenHere();
    await expect(slow.send(new Free({}))).rejects.toBeInstanceOf(OutcomeUnknownError);
    gate.resolve(undefined);
  });
});

describe('a call inside an open unit', () => {
  const unit = (context: string): OpenUnit => ({ context, append: () => undefined });

  it('of another context is refused, naming both; of the own it joins', async () => {
    await expect(runAs('a', () => router.send(new Middle({})), { unit: unit('a') })).rejects.toThrow(
      new CallInsideUnitError('a', 'b.middle'),
    );
    const joined = unit('c');
    const seen: unknown[] = [];
    const own = new MessageRouter({ placement: { here: ['c'] }, local, onError: () => undefined });
    handle(own, Inner, async () => void seen.push(requireScope().unit, requireScope().context));
    expect(await envelopesOf(() => runAs('c', () => own.send(new Inner({})), { unit: joined }))).toEqual([]);
    expect(seen).toEqual([joined, 'c']);
  });
});

// Placement changes nothing observable: what a handler throws means the same to a caller in the same host and in
// another.
describe.each(placements)('asked again in %s', (placement) => {
  let hosts: Hosts;
  beforeEach(async () => {
    hosts = await new Hosts(placement).open();
  });
  afterEach(() => hosts.close());

  /** Handles `Take` by throwing these one after the other, the last one for ever; then, or without any, it answers. */
  const throwing = (errors: readonly Error[], forEver = false) => {
    const ids: unknown[] = [];
    handle(hosts.stock, Take, async () => {
      ids.push(requireScope().envelope?.id);
      const error = errors[ids.length - 1] ?? (forEver ? errors.at(-1) : undefined);
      if (error !== undefined) throw error;
      return { left: [] };
    });
    return ids;
  };
  const take = () => runAs('shop', () => hosts.shop.send(withOptions(new Take({ lines: [] }), { id: 'take-1' })));
  const caught = (): Promise<unknown> =>
    take().then(
      () => 'no error',
      (error: unknown) => error,
    );

  const passing = [
    new NotDeliveredError('no host'),
    new OutcomeUnknownError('no answer'),
    new OverloadedError('full'),
    new ConcurrencyError('met'),
  ];

  it.each(passing)('is a message whose handler threw %s, with the same id', async (error) => {
    const ids = throwing([error, error]);
    await expect(take()).resolves.toEqual({ left: [] });
    expect(ids).toEqual(['take-1', 'take-1', 'take-1']);
  });

  /**
   * Asks side by side, each until its deadline, with a handler that throws these one after the other, the last one for
   * ever.
   */
  const untilTheDeadline = async (cases: readonly (readonly Error[])[]) => {
    const attempts = cases.map(() => 0);
    handle(hosts.stock, Take, async () => {
      const nth = Number(requireScope().envelope?.id);
      const errors = cases[nth] ?? [];
      throw errors[(attempts[nth] = (attempts[nth] ?? 0) + 1) - 1] ?? errors.at(-1) ?? new Error('none');
    });
    const ask = (id: string) =>
      runAs('shop', () => hosts.shop.send(withOptions(new Take({ lines: [] }), { id, timeoutMs: 700 })));
    const thrown = await Promise.all(
      cases.map((_, nth) =>
        ask(`${nth}`).then(
          () => 'no error',
          (error: unknown) => error,
        ),
      ),
    );
    expect(Math.min(...attempts)).toBeGreaterThan(1);
    return thrown.map((error) => (error instanceof Error ? error.constructor : error));
  };

  it('until the deadline: then the caller gets what the last attempt met', async () => {
    for (const [nth, kind] of (await untilTheDeadline(passing.map((error) => [error]))).entries()) {
      // An attempt that is on its way at the deadline may have run; one that arrives after it did not, as those before.
      const late = passing[nth] instanceof OutcomeUnknownError ? [] : [NotDeliveredError];
      expect([passing[nth]?.constructor, OutcomeUnknownError, ...late]).toContain(kind);
    }
  });

  it('ends with an unknown outcome when any attempt may have run, whatever the last one says', async () => {
    const last = [new NotDeliveredError('no host'), new OverloadedError('full'), new ConcurrencyError('met')];
    const kinds = await untilTheDeadline(last.map((error) => [new OutcomeUnknownError('no answer'), error]));
    expect(kinds).toEqual(last.map(() => OutcomeUnknownError));
  });

  it.each([
    [new ForbiddenError('no'), ForbiddenError],
    [new RevokedError('undone'), RevokedError],
    [new RangeError('a defect'), HandlerError],
    [new SoldOut({ sku: 'mug', missing: [] }), SoldOut],
  ])('is nothing that asking again would not change: %s', async (error, seen) => {
    const ids = throwing([error], true);
    expect(await caught()).toBeInstanceOf(seen);
    expect(ids).toHaveLength(1);
  });
});

describe.each(placements)('what a handler does to its message in %s', (placement) => {
  it('is not seen by the next attempt', async () => {
    const hosts = await new Hosts(placement).open();
    const seen: string[] = [];
    handle(hosts.stock, Take, async ({ lines }) => {
      seen.push(JSON.stringify(lines));
      for (const line of lines) Object.assign(line, { quantity: 0 });
      if (seen.length === 1) throw new OverloadedError('full');
      return { left: [] };
    });
    await runAs('shop', () => hosts.shop.send(new Take({ lines: [{ sku: 'mug', quantity: 2 }] })));
    expect(seen).toEqual(Array(2).fill('[{"sku":"mug","quantity":2}]'));
    await hosts.close();
  });
});

describe('a local transport that was given', () => {
  it('is read as the wire: what the reader does not know is ignored, and what does not fit is an error', async () => {
    const add = (envelope: Envelope, more: object): Envelope => ({
      ...envelope,
      data: { ...Object(envelope.data), ...more },
    });
    const inner = new InProcessTransport();
    let more: object = { later: 1 };
    let value: unknown = { left: [], later: 1 };
    const changing: Transport = {
      capabilities: inner.capabilities,
      send: (event, to, signal) => inner.send(event, to, signal),
      request: async (envelope, to, signal) =>
        add(await inner.request(add(envelope, more), to, signal), value === undefined ? {} : { value }),
      listen: (at, on) => inner.listen(at, on),
      close: () => inner.close(),
    };
    const newer = new MessageRouter({ placement: { here: ['stock'] }, local: changing, onError: () => undefined });
    const seen: string[] = [];
    handle(newer, Take, async (take) => {
      seen.push(JSON.stringify(take));
      return { left: [] };
    });
    await newer.listenHere();
    await expect(newer.send(new Take({ lines: [] }))).resolves.toEqual({ left: [] });
    expect(seen).toEqual(['{"lines":[]}']);
    value = { left: 'none' };
    await expect(newer.send(new Take({ lines: [] }))).rejects.toBeInstanceOf(HandlerError);
    [more, value] = [{ lines: 'none' }, undefined];
    await expect(newer.send(new Take({ lines: [] }))).rejects.toBeInstanceOf(ContractViolationError);
    expect(seen).toHaveLength(2);
    await newer.close();
  });
});

describe('a lane of the own host that nobody listens at', () => {
  it('is final: the caller is told at once', async () => {
    const drained = new MessageRouter({ placement: { here: ['c'] }, onError: () => undefined });
    handle(drained, Free, async () => undefined);
    const before = Date.now();
    await expect(drained.send(new Free({}))).rejects.toBeInstanceOf(NotDeliveredError);
    await drained.listenHere();
    await expect(drained.send(new Free({}))).resolves.toBeUndefined();
    await drained.drain(new AbortController().signal);
    await expect(drained.send(new Free({}))).rejects.toBeInstanceOf(NotDeliveredError);
    expect(Date.now() - before).toBeLessThan(5_000);
  });
});

describe('what is no request', () => {
  it.each([
    [new Taken({ sku: 's', tags: [] }), 'Taken'],
    [new Date(), 'Date'],
  ])('is refused by name: %s', async (message, name) => {
    await expect(router.send(message)).rejects.toThrow(`${name} is neither a command nor a query`);
  });
});
