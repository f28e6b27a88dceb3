import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallInsideUnitError, runAs, runInScope, requireScope } from '@isolith/message-bus';
import { STARTS_WITHIN_MS, openPayments, type PaymentsUnderTest } from '../../testing/open-payments.js';
import { ProviderUnavailableError } from './payment-provider.js';

const TIMEOUT_MS = 300;

let payments: PaymentsUnderTest;
beforeAll(async () => void (payments = await openPayments({ timeoutMs: TIMEOUT_MS })), STARTS_WITHIN_MS);
afterAll(() => payments.close());

const never = new AbortController().signal;
const request = (token: string, key: string = randomUUID()) => ({
  key,
  orderId: randomUUID(),
  amountMinor: 100,
  currency: 'EUR',
  token,
});

describe('the sandbox provider', () => {
  it('makes one charge per key, whoever asks at once and whatever they ask later', async () => {
    const once = request('tok_ok');
    await expect(Promise.all([1, 2, 3].map(() => payments.provider.charge(once, never)))).resolves.toEqual(
      [1, 2, 3].map(() => ({ state: 'captured' })),
    );
    await expect(
      payments.provider.charge({ ...once, token: 'tok_declined', amountMinor: 999 }, never),
    ).resolves.toEqual({ state: 'captured' });
    expect(
      (await payments.provider.ledger(undefined, 1000, never)).filter(({ orderId }) => orderId === once.orderId),
    ).toMatchObject([{ capturedMinor: 100 }]);
  });

  it('has charged tok_slow long before it says so', async () => {
    const slow = request('tok_slow');
    await expect(payments.provider.charge(slow, AbortSignal.timeout(TIMEOUT_MS))).rejects.toThrow();
    await expect(payments.provider.lookup(slow.key, never)).resolves.toEqual({ state: 'captured' });
    await expect(payments.provider.charge(slow, never)).resolves.toEqual({ state: 'captured' });
  });

  it('fails twice per payment with tok_flaky', async () => {
    for (const flaky of [request('tok_flaky'), request('tok_flaky')]) {
      await expect(payments.provider.charge(flaky, never)).rejects.toThrow(ProviderUnavailableError);
      await expect(payments.provider.charge(flaky, never)).rejects.toThrow(ProviderUnavailableError);
      await expect(payments.provider.charge(flaky, never)).resolves.toEqual({ state: 'captured' });
    }
  });

  it('has the money of tok_later once it is asked for, never that of tok_never, and of neither after a refund', async () => {
    const [later, never_, refunded] = [request('tok_later'), request('tok_never'), request('tok_later')];
    for (const one of [later, never_, refunded])
      await expect(payments.provider.charge(one, never)).resolves.toEqual({ state: 'pending' });
    await expect(payments.provider.charge(later, never)).resolves.toEqual({ state: 'pending' });
    await expect(payments.provider.refund(refunded.key, refunded.orderId, never)).resolves.toBe('voided');
    const states = [later, never_, refunded].map(async ({ key }) => (await payments.provider.lookup(key, never)).state);
    expect(await Promise.all(states)).toEqual(['captured', 'pending', 'voided']);
    expect(
      (await payments.provider.ledger(undefined, 1000, never)).filter(({ orderId }) => orderId === later.orderId),
    ).toMatchObject([{ capturedMinor: 100 }]);
  });

  it('writes nothing for tok_down', async () => {
    const down = request('tok_down');
    await expect(payments.provider.charge(down, never)).rejects.toThrow(ProviderUnavailableError);
    await expect(payments.provider.lookup(down.key, never)).resolves.toEqual({ state: 'none' });
  });

  it('refunds once, and never charges what was called off first', async () => {
    const charged = request('tok_ok');
    await payments.provider.charge(charged, never);
    await expect(payments.provider.refund(charged.key, charged.orderId, never)).resolves.toBe('refunded');
    await expect(payments.provider.refund(charged.key, charged.orderId, never)).resolves.toBe('refunded');
    expect(
      (await payments.provider.ledger(undefined, 1000, never)).find(({ orderId }) => orderId === charged.orderId),
    ).toMatchObject({ capturedMinor: 100, refundedMinor: 100 });

    const calledOff = request('tok_ok');
    await expect(payments.provider.refund(calledOff.key, calledOff.orderId, never)).resolves.toBe('voided');
    await expect(payments.provider.charge(calledOff, never)).resolves.toEqual({ state: 'voided' });
  });

  it('cannot be called inside an open unit of work', async () => {
    const inUnit = <T>(work: () => Promise<T>): Promise<T> =>
      runAs('payments', () =>
        runInScope({ ...requireScope(), unit: { context: 'payments', append: () => undefined } }, work),
      );
    const calls: readonly (() => Promise<unknown>)[] = [
      () => payments.provider.charge(request('tok_ok'), never),
      () => payments.provider.refund(randomUUID(), randomUUID(), never),
      () => payments.provider.lookup(randomUUID(), never),
      () => payments.provider.ledger(undefined, 1, never),
    ];
    for (const call of calls) {
      await expect(inUnit(call)).rejects.toThrow(CallInsideUnitError);
      await expect(inUnit(call)).rejects.toThrow(/payments.*payment provider/);
    }
  });
});
