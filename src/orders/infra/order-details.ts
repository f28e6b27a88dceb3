import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Address } from '../orders.contract.js';

const DetailsRow = z.object({ paymentToken: z.string().nullable(), address: Address.nullable() });

/** The personal data of an order, kept for as long as its checkout needs it. Writing needs an open unit of work. */
@Injectable()
export class OrderDetails {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  /** False when the order has its details already. */
  async insert(orderId: string, paymentToken: string, address: Address): Promise<boolean> {
    const inserted = await this.unit.execute(
      'INSERT INTO orders.order_details (order_id, payment_token, address) VALUES ($1, $2, $3) ON CONFLICT (order_id) DO NOTHING',
      [orderId, paymentToken, JSON.stringify(address)],
    );
    return inserted === 1;
  }

  /** Throws when it was erased, which happens only once nobody needs it any more. */
  async paymentToken(orderId: string): Promise<string> {
    return present(orderId, 'payment token', (await this.row(orderId))?.paymentToken);
  }

  /** Throws when it was erased. */
  async address(orderId: string): Promise<Address> {
    return present(orderId, 'address', (await this.row(orderId))?.address);
  }

  /** Called with the end of the checkout. The shipment has its own copy of the address by then. */
  erase(orderId: string): void {
    this.unit.write('UPDATE orders.order_details SET payment_token = NULL, address = NULL WHERE order_id = $1', [
      orderId,
    ]);
  }

  private async row(orderId: string): Promise<z.output<typeof DetailsRow> | undefined> {
    const [row] = await this.database.query(
      DetailsRow,
      'SELECT payment_token AS "paymentToken", address FROM orders.order_details WHERE order_id = $1',
      [orderId],
    );
    return row;
  }
}

function present<T>(orderId: string, what: string, value: T | null | undefined): T {
  if (value === null || value === undefined)
    throw new Error(`the ${what} of order ${orderId} is erased or was never there`);
  return value;
}
