import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import { chargeKeyOf } from '../infra/payments.js';
import { ProviderUnavailableError } from '../infra/provider/payment-provider.js';
import { GetPayment, PaymentNotFound, PaymentVoided, RefundPayment, RefundUnavailable } from '../payments.contract.js';
import { STARTS_WITHIN_MS, openPayments, type PaymentsUnderTest } from '../testing/open-payments.js';

let payments: PaymentsUnderTest;
beforeAll(async () => void (payments = await openPayments()), STARTS_WITHIN_MS);
afterAll(() => payments.close());
afterEach(() => void jest.restoreAllMocks());

const refundsOf = async (orderId: string): Promise<number> =>
  (await payments.recorded(orderId)).filter(({ type }) => type === 'payments.payment-refunded').length;

describe('refunding', () => {
  it('gives back in full, once, however often and at once it is asked for', async () => {
    const orderId = await payments.charged();
    await Promise.all(Array.from({ length: 4 }, () => payments.send(new RefundPayment({ orderId }))));
    await payments.send(new RefundPayment({ orderId }));
    expect(await refundsOf(orderId)).toBe(1);
    expect((await payments.ledger.page(undefined, 1000)).find((entry) => entry.orderId === orderId)).toMatchObject({
      capturedMinor: 2500,
      refundedMinor: 2500,
    });
    expect(await payments.askAsUser(new GetPayment({ orderId }))).toMatchObject({
      status: 'refunded',
      amountMinor: 2500,
      currency: 'EUR',
      capturedAt: expect.any(String),
      refundedAt: expect.any(String),
    });
  });

  it('before the charge sees to it that there is none', async () => {
    const orderId = randomUUID();
    await payments.send(new RefundPayment({ orderId }));
    await expect(payments.charge(orderId, 'tok_ok')).rejects.toThrow(PaymentVoided);
    expect(await payments.ledger.find(chargeKeyOf(orderId))).toEqual({ state: 'none' });
    await expect(payments.askAsUser(new GetPayment({ orderId }))).rejects.toThrow(PaymentNotFound);
  });

  it('leaves a declined payment declined', async () => {
    const orderId = randomUUID();
    await payments.charge(orderId, 'tok_declined').catch(() => undefined);
    await payments.send(new RefundPayment({ orderId }));
    expect(await payments.row(orderId)).toMatchObject({ status: 'declined' });
  });

  it('that the provider does not answer is not made, and made when it is repeated with the same id', async () => {
    const orderId = await payments.charged();
    const id = randomUUID();
    jest.spyOn(payments.provider, 'refund').mockRejectedValue(new ProviderUnavailableError('down'));
    await expect(payments.send(new RefundPayment({ orderId }), { id })).rejects.toThrow(RefundUnavailable);
    expect(await payments.row(orderId)).toMatchObject({ status: 'refunding' });
    jest.restoreAllMocks();
    await payments.send(new RefundPayment({ orderId }), { id });
    expect(await payments.row(orderId)).toMatchObject({ status: 'refunded' });
    expect(await refundsOf(orderId)).toBe(1);
  });
});

describe('support', () => {
  it.each(['support', 'admin'])('(%s) refunds a payment that exists', async (role) => {
    const orderId = await payments.charged();
    await payments.sendAsUser(new RefundPayment({ orderId }), [role]);
    expect(await payments.row(orderId)).toMatchObject({ status: 'refunded' });
  });

  it('calls nothing off that does not exist', async () => {
    const orderId = randomUUID();
    await expect(payments.sendAsUser(new RefundPayment({ orderId }), ['support'])).rejects.toThrow(PaymentNotFound);
    await expect(payments.charge(orderId, 'tok_ok')).resolves.toBeDefined();
  });

  it('is not every customer', async () => {
    const orderId = await payments.charged();
    await expect(payments.sendAsUser(new RefundPayment({ orderId }), ['customer'])).rejects.toThrow(ForbiddenError);
    await expect(payments.askAsUser(new GetPayment({ orderId }), ['customer'])).rejects.toThrow(ForbiddenError);
  });
});
