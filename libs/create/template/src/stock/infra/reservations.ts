import { UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { OutOfStock, StockLevel } from '../stock.contract.js';

/** What is held for orders. It writes in the open unit of work of whoever calls. */
@Injectable()
export class Reservations {
  constructor(private readonly unit: UnitOfWork) {}

  /** @throws {OutOfStock} when there is not as much */
  async hold(orderId: string, sku: string, quantity: number): Promise<void> {
    const held = await this.unit.execute(
      `WITH taken AS (UPDATE stock.level SET available = available - $3 WHERE sku = $2 AND available >= $3 RETURNING sku)
       INSERT INTO stock.reservation (order_id, sku, quantity) SELECT $1, sku, $3 FROM taken`,
      [orderId, sku, quantity],
    );
    if (held === 0) throw new OutOfStock({ sku, available: await this.available(sku) });
  }

  /** Makes available again what is held for an order; nothing where nothing is. */
  async release(orderId: string): Promise<void> {
    await this.unit.execute(
      `WITH freed AS (DELETE FROM stock.reservation WHERE order_id = $1 RETURNING sku, quantity)
       UPDATE stock.level AS l SET available = l.available + freed.quantity FROM freed WHERE l.sku = freed.sku`,
      [orderId],
    );
  }

  private async available(sku: string): Promise<number> {
    const [level] = await this.unit.query(StockLevel, 'SELECT sku, available FROM stock.level WHERE sku = $1', [sku]);
    return level?.available ?? 0;
  }
}
