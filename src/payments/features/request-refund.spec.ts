import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import { until } from '@isolith/message-bus/testing';
import { ProviderUnavailableError } from '../infra/provider/payment-provider.js';
import { Refunds } from '../infra/refunds.js';
import { GoodsHaveLeft, PaymentNotFound, RequestRefund } from '../payments.contract.js';
import { STARTS_WITHIN_MS, openPayments, type PaymentsUnderTest } from '../testing/open-payments.js';

let payments: PaymentsUnderTest;
beforeAll(async () => void (payments = await openPayments()), STARTS_WITHIN_MS);
afterAll(() => payments.close());
afterEach(() => void jest.restoreAllMocks());

const untilStatus = (orderId: string, status: string): Promise<void> =>
  until(async () => (await payments.row(orderId))?.status === status);

describe('asking for a refund', () => {
  it.each(['support', 'admin'])('(%s) is answered at once and carried out', async (role) => {
    const orderId = await payments.charged();
    await payments.sendAsUser(new RequestRefund({ orderId }), [role]);
    await untilStatus(orderId, 'refunded');
  });

  it('twice is one refund', async () => {
    const orderId = await payments.charged();
    await Promise.all([1, 2].map(() => payments.sendAsUser(new RequestRefund({ orderId }), ['support'])));
    await untilStatus(orderId, 'refunded');
    expect((await payments.recorded(orderId)).filter(({ type }) => type === 'payments.payment-refunded')).toHaveLength(
      1,
    );
  });

  it('holds though the provider is away, without anybody asking again', async () => {
    const orderId = await payments.charged();
    const refund = jest.spyOn(payments.provider, 'refund').mockRejectedValue(new ProviderUnavailableError('down'));
    await payments.sendAsUser(new RequestRefund({ orderId }), ['support']);
    await untilStatus(orderId, 'refunding');
    refund.mockRestore();
    await untilStatus(orderId, 'refunded');
  });

  it('is carried out though an earlier one came to its end without a refund, as one that an operator has ended by hand', async () => {
    const orderId = await payments.charged();
    const ended = Promise.withResolvers<void>();
    jest.spyOn(Refunds.prototype, 'refund').mockImplementationOnce(async () => ended.resolve());
    await payments.sendAsUser(new RequestRefund({ orderId }), ['support']);
    await ended.promise;
    expect((await payments.row(orderId))?.status).toBe('captured');
    await payments.sendAsUser(new RequestRefund({ orderId }), ['support']);
    await untilStatus(orderId, 'refunded');
  });

  it('of a payment that does not exist calls nothing off', async () => {
    const orderId = randomUUID();
    await expect(payments.sendAsUser(new RequestRefund({ orderId }), ['support'])).rejects.toThrow(PaymentNotFound);
    await expect(payments.charge(orderId, 'tok_ok')).resolves.toBeDefined();
  });

  it('holds the goods back and cancels the order before any money moves (fault 13)', async () => {
    const orderId = await payments.charged();
    await payments.sendAsUser(new RequestRefund({ orderId }), ['support']);
    expect([payments.others.heldBack.has(orderId), payments.others.cancelled]).toEqual([
      true,
      expect.arrayContaining([orderId]),
    ]);
    await untilStatus(orderId, 'refunded');
  });

  it('comes too late for goods that have left: no money moves, no order is cancelled (fault 13)', async () => {
    const orderId = await payments.charged();
    payments.others.dispatched.add(orderId);
    await expect(payments.sendAsUser(new RequestRefund({ orderId }), ['support'])).rejects.toThrow(GoodsHaveLeft);
    expect((await payments.row(orderId))?.status).toBe('captured');
    expect(payments.others.cancelled).not.toContain(orderId);
  });

  it.each(['returned', 'rejected'] as const)(
    'makes up for the skipped refund of an order that is %s',
    async (status) => {
      const orderId = await payments.charged();
      payments.others.ended.set(orderId, status);
      if (status === 'returned') payments.others.dispatched.add(orderId);
      await payments.sendAsUser(new RequestRefund({ orderId }), ['support']);
      await untilStatus(orderId, 'refunded');
    },
  );

  it('is not for every customer', async () => {
    const orderId = await payments.charged();
    await expect(payments.sendAsUser(new RequestRefund({ orderId }), ['customer'])).rejects.toThrow(ForbiddenError);
  });
});
