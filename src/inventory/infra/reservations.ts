import { UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

/**
 *   (none) --reserve--> reserved --dispatched--> committed --return--> returned
 *   (none), reserved --release--> released        reserved --return--> returned
 */
const State = z.enum(['reserved', 'released', 'committed', 'returned']);
export type ReservationState = z.output<typeof State>;

const ReservationRow = z.object({ state: State, lines: z.array(z.object({ sku: z.string(), quantity: z.int() })) });
export type Reservation = z.output<typeof ReservationRow>;

/**
 * What is set aside for each order. Everything here needs an open unit of work. An order's row is locked before any
 * row of stock, so all units take their locks in one order.
 */
@Injectable()
export class Reservations {
  constructor(private readonly unit: UnitOfWork) {}

  /** False when the order has a row. Of two units that insert for one order the second waits for the first. */
  async insert(orderId: string, { state, lines }: Reservation): Promise<boolean> {
    const inserted = await this.unit.execute(
      'INSERT INTO inventory.reservations (order_id, state, lines) VALUES ($1, $2, $3::jsonb) ON CONFLICT (order_id) DO NOTHING',
      [orderId, state, JSON.stringify(lines)],
    );
    return inserted === 1;
  }

  /** The order's row, locked until the unit ends. */
  async lock(orderId: string): Promise<Reservation | undefined> {
    const [row] = await this.unit.query(
      ReservationRow,
      'SELECT state, lines FROM inventory.reservations WHERE order_id = $1 FOR UPDATE',
      [orderId],
    );
    return row;
  }

  enter(orderId: string, state: ReservationState): void {
    this.unit.write('UPDATE inventory.reservations SET state = $2, changed_at = now() WHERE order_id = $1', [
      orderId,
      state,
    ]);
  }
}
