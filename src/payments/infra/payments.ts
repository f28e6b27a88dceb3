import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { derivedId } from '@isolith/message-bus';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { PaymentStatus } from '../payments.contract.js';

export const PaymentRow = z.object({
  orderId: z.string(),
  paymentId: z.string(),
  providerKey: z.string(),
  status: PaymentStatus,
  /** PostgreSQL's bigint arrives as a string; amounts are bounded far below what a number holds exactly. */
  amountMinor: z
    .string()
    .nullable()
    .transform((value) => (value === null ? null : Number(value))),
  currency: z.string().nullable(),
  reason: z.string().nullable(),
  capturedAt: z.date().nullable(),
  refundedAt: z.date().nullable(),
});
export type PaymentRow = z.output<typeof PaymentRow>;

const COLUMNS = `order_id AS "orderId", payment_id AS "paymentId", provider_key AS "providerKey", status, amount_minor AS "amountMinor",
  currency, reason, captured_at AS "capturedAt", refunded_at AS "refundedAt"`;

export const paymentIdOf = (orderId: string): string => derivedId(orderId, 'payment');
export const chargeKeyOf = (orderId: string): string => derivedId(orderId, 'charge');

/** The payments by order. Everything but find() and unfinished() needs an open unit of work. */
@Injectable()
export class Payments {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  async find(orderId: string): Promise<PaymentRow | undefined> {
    const [row] = await this.database.query(PaymentRow, `SELECT ${COLUMNS} FROM payments.payment WHERE order_id = $1`, [
      orderId,
    ]);
    return row;
  }

  /** Orders, by ascending id beginning after one, whose payment is under way. */
  unfinished(
    after: string | undefined,
    upTo: string | undefined,
  ): Promise<{ orderId: string; status: PaymentStatus }[]> {
    return this.database.query(
      z.object({ orderId: z.string(), status: PaymentStatus }),
      `SELECT order_id AS "orderId", status FROM payments.payment
       WHERE status IN ('pending', 'unavailable', 'refunding')
         AND ($1::uuid IS NULL OR order_id > $1::uuid) AND ($2::uuid IS NULL OR order_id <= $2::uuid)`,
      [after ?? null, upTo ?? null],
    );
  }

  /** The payment of an order, locked until the unit ends; made if there is none. */
  async begin(orderId: string, amountMinor: number, currency: string): Promise<PaymentRow> {
    // The update changes nothing: it locks, and returns what is there.
    const [row] = await this.unit.query(
      PaymentRow,
      `INSERT INTO payments.payment (order_id, payment_id, provider_key, status, amount_minor, currency)
       VALUES ($1, $2, $3, 'pending', $4, $5) ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id RETURNING ${COLUMNS}`,
      [orderId, paymentIdOf(orderId), chargeKeyOf(orderId), amountMinor, currency],
    );
    if (row === undefined) throw new Error(`the payment of order ${orderId} was neither made nor found`);
    return row;
  }

  /** Locks the payment until the unit ends. */
  async lock(orderId: string): Promise<PaymentRow | undefined> {
    const [row] = await this.unit.query(
      PaymentRow,
      `SELECT ${COLUMNS} FROM payments.payment WHERE order_id = $1 FOR UPDATE`,
      [orderId],
    );
    return row;
  }

  /** A payment that was called off before it was asked for; false when there is one already. */
  async insertVoid(orderId: string): Promise<boolean> {
    const inserted = await this.unit.execute(
      `INSERT INTO payments.payment (order_id, payment_id, provider_key, status) VALUES ($1, $2, $3, 'void') ON CONFLICT (order_id) DO NOTHING`,
      [orderId, paymentIdOf(orderId), chargeKeyOf(orderId)],
    );
    return inserted === 1;
  }

  /**
   * Changes the status if it is still the one that the change follows from; undefined when somebody else was faster.
   */
  async move(
    orderId: string,
    from: PaymentStatus,
    to: PaymentStatus,
    reason: string | null = null,
  ): Promise<PaymentRow | undefined> {
    const [row] = await this.unit.query(
      PaymentRow,
      `UPDATE payments.payment SET status = $3, reason = coalesce($4, reason),
         captured_at = CASE WHEN $3 = 'captured' THEN now() ELSE captured_at END,
         refunded_at = CASE WHEN $3 = 'refunded' THEN now() ELSE refunded_at END
       WHERE order_id = $1 AND status = $2 RETURNING ${COLUMNS}`,
      [orderId, from, to, reason],
    );
    return row;
  }
}
