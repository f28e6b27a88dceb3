import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { metadata, type Confirmed, type Others, type Price } from './messages.js';
import * as statements from './statements.js';

async function one(pool: Pool, statement: { name: string; text: string }, values: readonly unknown[]): Promise<void> {
  const { rowCount } = await pool.query({ ...statement, values: [...values] });
  if (rowCount !== 1) throw new Error(`${statement.name} was refused`);
}

/**
 * Products, inventory, payments with their provider, shipments and notifications, each step one transaction in one
 * statement.
 */
export class OtherContexts implements Others {
  constructor(private readonly pool: Pool) {}

  async prices(skus: readonly string[]): Promise<readonly Price[]> {
    return (await this.pool.query<Price>({ ...statements.prices, values: [skus] })).rows;
  }

  async reserve({ id, orderId, lines }: Parameters<Others['reserve']>[0]): Promise<void> {
    const [skus, quantities] = [lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity)];
    await one(this.pool, statements.reserve, [
      orderId,
      id,
      skus,
      quantities,
      JSON.stringify(lines),
      JSON.stringify({ orderId }),
      metadata(randomUUID(), orderId),
    ]);
  }

  async charge({
    id,
    orderId,
    amountMinor,
    currency,
  }: Parameters<Others['charge']>[0]): Promise<{ paymentId: string }> {
    const [paymentId, key] = [randomUUID(), randomUUID()];
    await one(this.pool, statements.intend, [orderId, paymentId, key, amountMinor, currency]);
    await one(this.pool, statements.capture, [key, orderId, currency, amountMinor]);
    const event = { orderId, paymentId, amountMinor, currency };
    const reply = { paymentId };
    await one(this.pool, statements.captured, [
      orderId,
      id,
      JSON.stringify(event),
      metadata(randomUUID(), orderId),
      JSON.stringify({ outcome: 'success', value: reply }),
    ]);
    return reply;
  }

  async ship({ id, orderId, lines, address }: Parameters<Others['ship']>[0]): Promise<{ trackingNumber: string }> {
    const shipmentId = randomUUID();
    const trackingNumber = `TRK${shipmentId.replaceAll('-', '').slice(0, 20).toUpperCase()}`;
    const reply = { shipmentId, trackingNumber };
    await one(this.pool, statements.ship, [
      orderId,
      id,
      shipmentId,
      trackingNumber,
      JSON.stringify(lines),
      JSON.stringify(address),
      JSON.stringify({ outcome: 'success', value: reply }),
    ]);
    return reply;
  }

  async confirmed({ id, orderId, customerId, trackingNumber }: Confirmed): Promise<void> {
    const text = `Your order ${orderId} is confirmed; its tracking number is ${trackingNumber}.`;
    await one(this.pool, statements.notify, [randomUUID(), customerId, text, orderId, id]);
  }
}
