import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { metadata, type NewOrder, type Others } from './messages.js';
import * as statements from './statements.js';

/**
 * Orders and their checkout. A crash would leave the saga's row with the step that is due, as in the shop; the code
 * that would take it up again is not here, because nothing of it runs in a checkout that succeeds.
 */
export class Orders {
  constructor(
    private readonly pool: Pool,
    private readonly others: Others,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Resolves when the order is committed; its checkout goes on. */
  async place(id: string, { customerId, lines, paymentToken, address }: NewOrder): Promise<{ orderId: string }> {
    const orderId = randomUUID();
    const prices = new Map((await this.others.prices(lines.map(({ sku }) => sku))).map((price) => [price.sku, price]));
    const priced = lines.map(({ sku, quantity }) => {
      const price = prices.get(sku);
      if (price === undefined) throw new Error(`there is no product ${sku}`);
      return { sku, name: price.name, quantity, unitPriceMinor: price.priceMinor };
    });
    const totalMinor = priced.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
    const currency = 'EUR';
    const state = { orderId, totalMinor, currency, lines };
    const event = { orderId, customerId, lines: priced, totalMinor, currency, at: new Date().toISOString() };
    await this.pool.query({
      ...statements.place,
      values: [
        orderId,
        id,
        customerId,
        JSON.stringify(priced),
        totalMinor,
        currency,
        paymentToken,
        JSON.stringify(address),
        JSON.stringify(state),
        JSON.stringify(event),
        metadata(randomUUID(), orderId),
      ],
    });
    this.checkout(state, { customerId, token: paymentToken, address }).catch(this.failed);
    return { orderId };
  }

  private async checkout(
    state: { orderId: string; totalMinor: number; currency: string; lines: NewOrder['lines'] },
    { customerId, token, address }: { customerId: string; token: string; address: object },
  ): Promise<void> {
    const { orderId, totalMinor: amountMinor, currency, lines } = state;
    await this.others.reserve({ id: randomUUID(), orderId, lines });
    await this.save([orderId, 1, JSON.stringify(state), 'charge-payment', '["reserve-stock"]', 'reserve-stock done']);
    const { paymentId } = await this.others.charge({ id: randomUUID(), orderId, amountMinor, currency, token });
    const paid = { ...state, paymentId };
    await this.save([
      orderId,
      2,
      JSON.stringify(paid),
      'create-shipment',
      '["reserve-stock", "charge-payment"]',
      'charge-payment done',
    ]);
    const { trackingNumber } = await this.others.ship({ id: randomUUID(), orderId, lines, address });
    const event = {
      orderId,
      customerId,
      at: new Date().toISOString(),
      paymentId,
      trackingNumber,
      totalMinor: amountMinor,
      currency,
    };
    const id = randomUUID();
    const { rowCount } = await this.pool.query({
      ...statements.confirm,
      values: [
        orderId,
        randomUUID(),
        paymentId,
        trackingNumber,
        JSON.stringify(event),
        metadata(id, orderId),
        3,
        JSON.stringify({ ...paid, trackingNumber }),
      ],
    });
    if (rowCount !== 1) throw new Error(`order ${orderId} could not be confirmed`);
    await this.others.confirmed({ id, orderId, customerId, trackingNumber });
  }

  private async save(values: readonly unknown[]): Promise<void> {
    const { rowCount } = await this.pool.query({ ...statements.save, values: [...values] });
    if (rowCount !== 1) throw new Error('a saga was saved by somebody else');
  }
}
