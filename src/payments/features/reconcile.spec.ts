import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import type { OrderTotal } from '../../orders/orders.contract.js';
import { ProviderUnavailableError } from '../infra/provider/payment-provider.js';
import { LedgerUnavailable, Reconcile, RefundPayment } from '../payments.contract.js';
import { STARTS_WITHIN_MS, openPayments, type PaymentsUnderTest } from '../testing/open-payments.js';

let payments: PaymentsUnderTest;
beforeAll(async () => void (payments = await openPayments()), STARTS_WITHIN_MS);
afterAll(() => payments.close());
beforeEach(() => void (payments.orders.beforeAnswer = async () => undefined));

type Change = Partial<Pick<OrderTotal, 'status' | 'settled' | 'totalMinor'>>;

function order(change: Change = {}, orderId: string = randomUUID()): string {
  payments.orders.orders.set(orderId, {
    orderId,
    status: 'confirmed',
    totalMinor: 2500,
    currency: 'EUR',
    settled: true,
    ...change,
  });
  return orderId;
}
async function charged(change: Change = {}): Promise<string> {
  const orderId = order(change);
  await payments.charge(orderId, 'tok_ok');
  return orderId;
}
const reconcile = () => payments.askAsUser(new Reconcile({}));

describe('reconciliation', () => {
  it('adds up and finds nothing when all is well', async () => {
    await charged();
    await charged({ status: 'shipped' });
    const cancelled = await charged({ status: 'cancelled' });
    await payments.send(new RefundPayment({ orderId: cancelled }));
    order({ status: 'rejected' });
    expect(await reconcile()).toEqual({
      capturedMinor: 7500,
      refundedMinor: 2500,
      confirmedOrdersMinor: 5000,
      pending: [],
      pendingCount: 0,
      differences: [],
      differenceCount: 0,
    });
  });

  it('says so when the provider can not be asked for its ledger', async () => {
    const asked = jest.spyOn(payments.provider, 'ledger').mockRejectedValue(new ProviderUnavailableError('down'));
    await expect(reconcile()).rejects.toThrow(LedgerUnavailable);
    asked.mockRestore();
  });

  it('shows orders that are under way as pending', async () => {
    const running = order({ status: 'pending', settled: false });
    const { pending, differences } = await reconcile();
    expect(pending).toEqual([{ orderId: running, status: 'pending', totalMinor: 2500 }]);
    expect(differences).toEqual([]);
    payments.orders.orders.delete(running);
  });

  it('finds what does not belong together, by what the provider says', async () => {
    const lost = order();
    const kept = await charged({ status: 'rejected' });
    const wrong = await charged({ totalMinor: 2600 });
    const unknown = randomUUID();
    await payments.charge(unknown, 'tok_ok');
    const { differences, differenceCount } = await reconcile();
    expect(new Map(differences.map(({ orderId, ...rest }) => [orderId, rest]))).toEqual(
      new Map([
        [lost, { kind: 'order-without-capture', heldMinor: 0, expectedMinor: 2500 }],
        [kept, { kind: 'captured-without-order', heldMinor: 2500, expectedMinor: 0 }],
        [wrong, { kind: 'amount', heldMinor: 2500, expectedMinor: 2600 }],
        [unknown, { kind: 'captured-without-order', heldMinor: 2500, expectedMinor: 0 }],
      ]),
    );
    expect(differenceCount).toBe(4);
    for (const orderId of [lost, kept, wrong]) order({ status: 'rejected', totalMinor: 0 }, orderId);
    for (const orderId of [kept, wrong, unknown]) await payments.send(new RefundPayment({ orderId }));
    expect(await reconcile()).toMatchObject({ differences: [] });
  });

  it('takes an order that is placed, charged and confirmed while it reads for pending', async () => {
    let answers = 0;
    payments.orders.beforeAnswer = async () => {
      answers += 1;
      // Between the first reading of the orders and that of the ledger nothing is known of it; then it is there.
      if (answers === 2) await charged();
    };
    expect(await reconcile()).toMatchObject({ differences: [], pendingCount: 1 });
  });

  it('goes through many pages', async () => {
    const before = await reconcile();
    const many = Array.from({ length: 2_500 }, () => order({ status: 'rejected' }));
    const held = await charged();
    expect(await reconcile()).toMatchObject({
      capturedMinor: before.capturedMinor + 2500,
      confirmedOrdersMinor: before.confirmedOrdersMinor + 2500,
      differences: [],
      pending: [],
    });
    for (const orderId of [...many, held]) payments.orders.orders.delete(orderId);
  });

  it('is for support', async () => {
    await expect(payments.askAsUser(new Reconcile({}), ['customer'])).rejects.toThrow(ForbiddenError);
  });
});
