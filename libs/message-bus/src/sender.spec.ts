import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, command, envelopeSchema, NotDeliveredError, OutcomeUnknownError, query, type Envelope } from '@isolith/contracts';
import fc from 'fast-check';
import { z } from 'zod';
import { CallInsideUnitError, MessageRouter, requireScope, runAs, runInScope, withOptions, type OpenUnit } from './index.js';
import { handle, Tapped, Taken } from './testing/fixtures/hosts.js';

class Outer extends command('a.outer', { input: z.object({ timeoutMs: z.int().nullable() }), access: [anyone()] }) {}
class Middle extends command('b.middle', { input: z.object({}) }) {}
class Inner extends query('c.inner', { input: z.object({}) }) {}
class Free extends query('c.free', { input: z.object({}), access: [anyone()] }) {}

const local = new Tapped();
const router = new MessageRouter({ placement: { here: ['a', 'b', 'c'] }, local, requestTimeoutMs: 5_000, onError: () => undefined });
const opened = router.listenHere();

handle(router, Outer, ({ timeoutMs }) => router.send(timeoutMs === null ? new Middle({}) : withOptions(new Middle({}), { timeoutMs })));
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
    for (const envelope of await envelopesOf(() => router.send(withOptions(new Outer({ timeoutMs: 50 }), { id: 'i', revokes: 'r', principal: { service: 'gateway', roles: ['y'] }, ...more })))) {
      expect(envelopeSchema.parse(JSON.parse(JSON.stringify(envelope)))).toEqual(envelope);
    }
  });

  it('carries its options', async () => {
    const principal = { service: 'gateway', user: 'u', roles: ['admin'] };
    const [envelope] = await envelopesOf(() => router.send(withOptions(new Free({}), { id: 'my-id', revokes: 'other-id', principal })));
    expect(envelope).toMatchObject({ id: 'my-id', revokes: 'other-id', principal, type: 'c.free', kind: 'query', schemaversion: 1 });
    const ids = (await envelopesOf(async () => Promise.all([router.send(new Free({})), router.send(new Free({}))]))).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it('speaks for nobody but the context that sends', async () => {
    const forged = withOptions(new Free({}), { principal: { service: 'orders', roles: [] } });
    await expect(router.send(forged)).rejects.toThrow("gateway can't send c.free as orders");
  });

  it('tells of the sender, on whose behalf, in which correlation and because of what', async () => {
    const scope = { context: 'gateway', correlationId: 'c-1', principal: { service: 'gateway', user: 'u-1', roles: ['customer'] } };
    const [outer, middle, inner] = await envelopesOf(() => runInScope(scope, () => router.send(new Outer({ timeoutMs: null }))));
    const user = { user: 'u-1', roles: ['customer'] };
    expect([outer, middle, inner]).toMatchObject([
      { source: '/gateway', correlationid: 'c-1', principal: { service: 'gateway', ...user } },
      { source: '/a', correlationid: 'c-1', principal: { service: 'a', ...user }, causationid: outer?.id },
      { source: '/b', correlationid: 'c-1', principal: { service: 'b', ...user }, causationid: middle?.id },
    ]);
    expect(outer).not.toHaveProperty('causationid');
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
        const before = Date.now();
        const send = () => router.send(outer === null ? new Outer({ timeoutMs: middle }) : withOptions(new Outer({ timeoutMs: middle }), { timeoutMs: outer }));
        const envelopes = await envelopesOf(() => (outermost === null ? send() : runAs('x', send, { deadline: before + outermost })));
        const deadlines = envelopes.map(({ deadline }) => deadline ?? Number.NaN);
        expect(deadlines).toHaveLength(3);
        expect(deadlines).toEqual(deadlines.toSorted((a, b) => b - a));
        const latest = Date.now() + (outer ?? 5_000);
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
    await expect(runAs('a', () => router.send(new Middle({})), { unit: unit('a') })).rejects.toThrow(new CallInsideUnitError('a', 'b.middle'));
    const joined = unit('c');
    const seen: unknown[] = [];
    const own = new MessageRouter({ placement: { here: ['c'] }, local, onError: () => undefined });
    handle(own, Inner, async () => void seen.push(requireScope().unit, requireScope().context));
    expect(await envelopesOf(() => runAs('c', () => own.send(new Inner({})), { unit: joined }))).toEqual([]);
    expect(seen).toEqual([joined, 'c']);
  });
});

describe('what is no request', () => {
  it.each([[new Taken({ sku: 's', tags: [] }), 'Taken'], [new Date(), 'Date']])('is refused by name: %s', async (message, name) => {
    await expect(router.send(message)).rejects.toThrow(`${name} is neither a command nor a query`);
  });
});
