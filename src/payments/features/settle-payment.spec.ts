import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  ChargePayment,
  PaymentDeclined,
  PaymentNotFound,
  PaymentUnavailable,
  PaymentUnsettled,
  PaymentVoided,
  RefundPayment,
  SettlementUnavailable,
  SettlePayment,
} from '../payments.contract.js';
import { ProviderUnavailableError } from '../infra/provider/payment-provider.js';
import { chargeKeyOf, paymentIdOf } from '../infra/payments.js';
import { STARTS_WITHIN_MS, openPayments, type PaymentsUnderTest } from '../testing/open-payments.js';

let payments: PaymentsUnderTest;
beforeAll(async () => void (payments = await openPayments({ timeoutMs: 500 })), STARTS_WITHIN_MS);
afterAll(() => payments.close());
afterEach(() => void jest.restoreAllMocks());

/** An order whose payment the provider has taken on. */
async function pending(paymentToken: string): Promise<string> {
  const orderId = randomUUID();
  const charge = new ChargePayment({ orderId, amountMinor: 2500, currency: 'EUR', paymentToken, maySettleLater: true });
  await expect(payments.send(charge)).resolves.toEqual({ paymentId: paymentIdOf(orderId), settled: false });
  expect(await payments.row(orderId)).toMatchObject({ status: 'pending', capturedAt: null });
  expect(await payments.recorded(orderId)).toEqual([]);
  return orderId;
}
const settle = (orderId: string): Promise<void> => payments.send(new SettlePayment({ orderId }));
const settled = (orderId: string, captured: boolean) => ({
  type: 'payments.payment-settled',
  data: { orderId, paymentId: paymentIdOf(orderId), captured },
});

describe('a payment that settles later', () => {
  it('is captured once its money has come, which is said once', async () => {
    const orderId = await pending('tok_later');
    await Promise.all([settle(orderId), settle(orderId)]);
    await settle(orderId);
    expect(await payments.row(orderId)).toMatchObject({ status: 'captured', capturedAt: expect.any(Date) });
    expect((await payments.recorded(orderId)).map(({ type }) => type)).toEqual([
      'payments.payment-captured',
      'payments.payment-settled',
    ]);
    expect((await payments.recorded(orderId))[1]).toEqual(settled(orderId, true));
  });

  it('is unsettled while it has not, and a refund calls it off for good', async () => {
    const orderId = await pending('tok_never');
    await expect(settle(orderId)).rejects.toThrow(PaymentUnsettled);
    await payments.send(new RefundPayment({ orderId }));
    expect(await payments.row(orderId)).toMatchObject({ status: 'void' });
    expect(await payments.ledger.find(chargeKeyOf(orderId))).toEqual({ state: 'voided' });
    // Whoever waits for the money need not wait any longer.
    expect(await payments.recorded(orderId)).toEqual([settled(orderId, false)]);
    await expect(settle(orderId)).rejects.toThrow(PaymentVoided);
  });

  it('may be declined in the end, which is said, too', async () => {
    const orderId = await pending('tok_never');
    jest.spyOn(payments.provider, 'lookup').mockResolvedValueOnce({ state: 'declined', reason: 'no cover' });
    await expect(settle(orderId)).rejects.toThrow(PaymentDeclined);
    await expect(settle(orderId)).rejects.toThrow('no cover');
    expect(await payments.recorded(orderId)).toEqual([settled(orderId, false)]);
  });

  it('is what it was while the provider can not be asked', async () => {
    const orderId = await pending('tok_later');
    jest.spyOn(payments.provider, 'lookup').mockRejectedValue(new ProviderUnavailableError('away'));
    await expect(settle(orderId)).rejects.toThrow(SettlementUnavailable);
    expect(await payments.row(orderId)).toMatchObject({ status: 'pending' });
    jest.restoreAllMocks();
    await settle(orderId);
  });

  it('is unavailable for whoever can not wait for it, a release of orders before this for example', async () => {
    const orderId = randomUUID();
    await expect(payments.charge(orderId, 'tok_later')).rejects.toThrow(PaymentUnavailable);
    await payments.send(new RefundPayment({ orderId }));
    expect(await payments.row(orderId)).toMatchObject({ status: 'void' });
  });

  it('that nobody has begun is not found', async () => {
    await expect(settle(randomUUID())).rejects.toThrow(PaymentNotFound);
  });
});
