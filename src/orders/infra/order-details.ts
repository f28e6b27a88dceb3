import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Address } from '../orders.contract.js';

const DetailsRow = z.object({ paymentToken: z.string().nullable(), address: Address.nullable() });

/** Orders whose details are at hand without a look into the database, and for how long: a checkout takes a fraction of it. */
const MOST_AT_HAND = 1_000;
const AT_HAND_MS = 10_000;

interface Details {
  readonly paymentToken: string;
  readonly address: Address;
}

/**
 * The personal data of an order, kept for as long as its checkout needs it. Writing needs an open unit of work.
 *
 * Most checkouts go on at once in the host that placed the order, so that it has what they need at hand for a moment. Another host,
 * or the same one later, reads the row. Details at hand are those of the row: it is never changed, only erased, and whoever
 * still sends what was erased meanwhile sends it under the id of a command that was answered or revoked.
 */
@Injectable()
export class OrderDetails {
  private readonly atHand = new Map<string, Details>();

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
    if (inserted === 1) this.unit.onEnd((committed) => committed && this.keepAtHand(orderId, { paymentToken, address }));
    return inserted === 1;
  }

  /** Throws when it was erased, which happens only once nobody needs it any more. */
  async paymentToken(orderId: string): Promise<string> {
    return present(orderId, 'payment token', (await this.of(orderId))?.paymentToken);
  }

  /** Throws when it was erased. */
  async address(orderId: string): Promise<Address> {
    return present(orderId, 'address', (await this.of(orderId))?.address);
  }

  /** Called with the end of the checkout. The shipment has its own copy of the address by then. */
  async erase(orderId: string): Promise<void> {
    this.forget(orderId);
    await this.unit.execute('UPDATE orders.order_details SET payment_token = NULL, address = NULL WHERE order_id = $1', [orderId]);
  }

  /** Keeps nothing of it at hand any more; the row is erased with the event that ends the checkout (see OrderViews), or by erase(). */
  forget(orderId: string): void {
    this.atHand.delete(orderId);
  }

  private async of(orderId: string): Promise<z.output<typeof DetailsRow> | undefined> {
    return this.atHand.get(orderId) ?? this.row(orderId);
  }

  private keepAtHand(orderId: string, details: Details): void {
    if (this.atHand.size >= MOST_AT_HAND) return;
    this.atHand.set(orderId, details);
    setTimeout(() => this.atHand.delete(orderId), AT_HAND_MS).unref();
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
  if (value === null || value === undefined) throw new Error(`the ${what} of order ${orderId} is erased or was never there`);
  return value;
}
