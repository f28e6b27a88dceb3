import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ForbiddenError, HandlerError } from '@isolith/contracts';
import {
  ChargePayment,
  PaymentDeclined,
  PaymentUnavailable,
  PaymentVoided,
  RefundPayment,
} from '../payments.contract.js';
import { chargeKeyOf, paymentIdOf } from '../infra/payments.js';
import { STARTS_WITHIN_MS, openPayments, type PaymentsUnderTest } from '../testing/open-payments.js';

/** Long enough for a database in memory, short enough to wait for. */
const TIMEOUT_MS = 500;

let payments: PaymentsUnderTest;
beforeAll(async () => void (payments = await openPayments({ timeoutMs: TIMEOUT_MS })), STARTS_WITHIN_MS);
afterAll(() => payments.close());
afterEach(() => void jest.restoreAllMocks());

const held = async (orderId: string): Promise<string> => (await payments.ledger.find(chargeKeyOf(orderId))).state;
const types = async (orderId: string): Promise<string[]> => (await payments.recorded(orderId)).map(({ type }) => type);

describe('charging with a sandbox token', () => {
  it.each(['tok_ok', 'tok_flaky', 'tok_slow'])('%s captures once and says so once', async (token) => {
    const orderId = randomUUID();
    await expect(payments.charge(orderId, token)).resolves.toEqual({ paymentId: paymentIdOf(orderId) });
    expect(await payments.row(orderId)).toMatchObject({
      status: 'captured',
      amountMinor: 2500,
      currency: 'EUR',
      capturedAt: expect.any(Date),
    });
    expect((await payments.ledger.page(undefined, 1000)).filter((entry) => entry.orderId === orderId)).toEqual([
      { orderId, currency: 'EUR', capturedMinor: 2500, refundedMinor: 0 },
    ]);
    expect(await payments.recorded(orderId)).toEqual([
      {
        type: 'payments.payment-captured',
        data: { orderId, paymentId: paymentIdOf(orderId), amountMinor: 2500, currency: 'EUR' },
      },
    ]);
  });

  it('tok_flaky is asked three times', async () => {
    const asked = jest.spyOn(payments.provider, 'charge');
    await payments.charge(randomUUID(), 'tok_flaky');
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it.each(['tok_declined', 'tok_unheard_of'])('%s is declined for good', async (token) => {
    const orderId = randomUUID();
    await expect(payments.charge(orderId, token)).rejects.toThrow(PaymentDeclined);
    await expect(payments.charge(orderId, 'tok_ok')).rejects.toThrow(PaymentDeclined);
    expect(await payments.row(orderId)).toMatchObject({ status: 'declined' });
    expect(await held(orderId)).toBe('declined');
    expect(await types(orderId)).toEqual([]);
  });

  it('tok_down is unavailable for good, and a refund calls it off', async () => {
    const orderId = randomUUID();
    await expect(payments.charge(orderId, 'tok_down')).rejects.toThrow(PaymentUnavailable);
    await expect(payments.charge(orderId, 'tok_ok')).rejects.toThrow(PaymentUnavailable);
    expect(await payments.row(orderId)).toMatchObject({ status: 'unavailable' });
    await payments.send(new RefundPayment({ orderId }));
    expect(await payments.row(orderId)).toMatchObject({ status: 'void' });
    expect(await held(orderId)).toBe('voided');
  });

  it("many tok_down open their own circuit and nobody else's", async () => {
    await Promise.allSettled(Array.from({ length: 12 }, () => payments.charge(randomUUID(), 'tok_down')));
    const circuit = (name: string): unknown =>
      payments.registry
        .all()
        .find((policies) => policies.name === name)
        ?.state().breaker;
    expect(circuit('payment-provider.unreachable-network')).toBe('open');
    expect(circuit('payment-provider.cards')).toBe('closed');
    await expect(payments.charge(randomUUID(), 'tok_ok')).resolves.toBeDefined();
    await expect(payments.charge(randomUUID(), 'tok_down')).rejects.toThrow(PaymentUnavailable);
  });

  it('many tok_flaky at once are all captured', async () => {
    await expect(
      Promise.all(Array.from({ length: 12 }, () => payments.charge(randomUUID(), 'tok_flaky'))),
    ).resolves.toHaveLength(12);
  });
});

describe('a charge whose process dies', () => {
  it('between call and outcome is asked for again and made once', async () => {
    const orderId = randomUUID();
    const id = randomUUID();
    const charge = payments.provider.charge.bind(payments.provider);
    jest.spyOn(payments.provider, 'charge').mockImplementationOnce(async (request, signal) => {
      await charge(request, signal);
      throw new Error('the process died here');
    });
    await expect(payments.charge(orderId, 'tok_ok', { id })).rejects.toThrow(HandlerError);
    expect(await payments.row(orderId)).toMatchObject({ status: 'pending' });
    expect(await held(orderId)).toBe('captured');

    await expect(payments.charge(orderId, 'tok_ok', { id })).resolves.toEqual({ paymentId: paymentIdOf(orderId) });
    expect((await payments.ledger.page(undefined, 1000)).filter((entry) => entry.orderId === orderId)).toMatchObject([
      { capturedMinor: 2500 },
    ]);
    expect(await types(orderId)).toEqual(['payments.payment-captured']);
  });

  it('before the call is asked for again', async () => {
    const orderId = randomUUID();
    jest.spyOn(payments.provider, 'charge').mockRejectedValueOnce(new Error('the process died here'));
    await expect(payments.charge(orderId, 'tok_ok')).rejects.toThrow(HandlerError);
    await expect(payments.charge(orderId, 'tok_ok')).resolves.toBeDefined();
  });
});

describe('a charge that is repeated', () => {
  it('at once, under several ids, is made once', async () => {
    const orderId = randomUUID();
    const replies = await Promise.all(Array.from({ length: 5 }, () => payments.charge(orderId, 'tok_ok')));
    expect(new Set(replies.map(({ paymentId }) => paymentId)).size).toBe(1);
    expect(await types(orderId)).toEqual(['payments.payment-captured']);
  });

  it('with the same id gets the stored reply without asking anybody', async () => {
    const [orderId, id] = [randomUUID(), randomUUID()];
    await payments.charge(orderId, 'tok_ok', { id });
    const asked = jest.spyOn(payments.provider, 'charge');
    await expect(payments.charge(orderId, 'tok_ok', { id })).resolves.toEqual({ paymentId: paymentIdOf(orderId) });
    expect(asked).not.toHaveBeenCalled();
  });

  it('with another amount is refused', async () => {
    const orderId = randomUUID();
    jest.spyOn(payments.provider, 'charge').mockRejectedValueOnce(new Error('the process died here'));
    await expect(payments.charge(orderId, 'tok_ok')).rejects.toThrow(HandlerError);
    await expect(
      payments.send(new ChargePayment({ orderId, amountMinor: 1, currency: 'EUR', paymentToken: 'tok_ok' })),
    ).rejects.toThrow(HandlerError);
    expect(await held(orderId)).toBe('none');
  });
});

describe('a charge and a refund that meet', () => {
  it('while the provider is being asked: the charge loses and the money goes back', async () => {
    const orderId = randomUUID();
    const charge = payments.provider.charge.bind(payments.provider);
    jest.spyOn(payments.provider, 'charge').mockImplementationOnce(async (request, signal) => {
      const answer = await charge(request, signal);
      await payments.send(new RefundPayment({ orderId }));
      return answer;
    });
    await expect(payments.charge(orderId, 'tok_ok')).rejects.toThrow(PaymentVoided);
    expect(await payments.row(orderId)).toMatchObject({ status: 'refunded' });
    expect(await held(orderId)).toBe('refunded');
    expect(await types(orderId)).toEqual(['payments.payment-settled', 'payments.payment-refunded']);
  });

  it('when the refund reached the provider first: nothing is ever captured', async () => {
    const orderId = randomUUID();
    const charge = payments.provider.charge.bind(payments.provider);
    jest.spyOn(payments.provider, 'charge').mockImplementationOnce(async (request, signal) => {
      await payments.send(new RefundPayment({ orderId }));
      return charge(request, signal);
    });
    await expect(payments.charge(orderId, 'tok_ok')).rejects.toThrow(PaymentVoided);
    expect(await payments.row(orderId)).toMatchObject({ status: 'void' });
    expect(await held(orderId)).toBe('voided');
  });
});

it('a user may not charge', async () => {
  const command = new ChargePayment({ orderId: randomUUID(), amountMinor: 1, currency: 'EUR', paymentToken: 'tok_ok' });
  await expect(payments.sendAsUser(command, ['admin'])).rejects.toThrow(ForbiddenError);
});
