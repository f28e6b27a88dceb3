import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { derivedId } from '@isolith/message-bus';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ShipmentStatus, ShipmentView } from '../shipments.contract.js';

const ShipmentRow = z.object({
  orderId: z.string(),
  shipmentId: z.string(),
  trackingNumber: z.string(),
  status: ShipmentStatus,
  lines: ShipmentView.shape.lines.nullable(),
  address: ShipmentView.shape.address.nullable(),
  createdAt: z.date(),
  dispatchedAt: z.date().nullable(),
  deliveredAt: z.date().nullable(),
  cancelledAt: z.date().nullable(),
});
export type ShipmentRow = z.output<typeof ShipmentRow>;

const COLUMNS = `order_id AS "orderId", shipment_id AS "shipmentId", tracking_number AS "trackingNumber", status, lines, address,
  created_at AS "createdAt", dispatched_at AS "dispatchedAt", delivered_at AS "deliveredAt", cancelled_at AS "cancelledAt"`;

const SELECT = `SELECT ${COLUMNS} FROM shipments.shipment WHERE order_id = $1`;

export const shipmentIdOf = (orderId: string): string => derivedId(orderId, 'shipment');
/** Carriers print these: no dashes, capitals. */
const trackingNumberOf = (orderId: string): string =>
  `TRK${derivedId(orderId, 'tracking').replaceAll('-', '').slice(0, 20).toUpperCase()}`;

/** The shipments by order. Everything but find() needs an open unit of work. */
@Injectable()
export class Shipments {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  async find(orderId: string): Promise<ShipmentRow | undefined> {
    const [row] = await this.database.query(ShipmentRow, SELECT, [orderId]);
    return row;
  }

  /** Locks the shipment until the unit ends: whoever dispatches, delivers or cancels at once waits here. */
  async lock(orderId: string): Promise<ShipmentRow | undefined> {
    const [row] = await this.unit.query(ShipmentRow, `${SELECT} FOR UPDATE`, [orderId]);
    return row;
  }

  /** Makes the shipment unless there is one; returns the one there is, locked. */
  async begin(orderId: string, lines: readonly object[], address: object): Promise<ShipmentRow> {
    return this.insert(`'created', $4, $5, NULL`, orderId, [JSON.stringify(lines), JSON.stringify(address)]);
  }

  /** Makes a cancelled shipment unless there is one, so that none is made later; returns the one there is, locked. */
  async forestall(orderId: string): Promise<ShipmentRow> {
    return this.insert(`'cancelled', NULL, NULL, now()`, orderId);
  }

  dispatch(orderId: string): void {
    this.unit.write(`UPDATE shipments.shipment SET status = 'dispatched', dispatched_at = now() WHERE order_id = $1`, [
      orderId,
    ]);
  }

  deliver(orderId: string): void {
    this.unit.write(`UPDATE shipments.shipment SET status = 'delivered', delivered_at = now() WHERE order_id = $1`, [
      orderId,
    ]);
  }

  /** Nothing will be sent, so nobody needs to know where to. */
  cancel(orderId: string): void {
    this.unit.write(
      `UPDATE shipments.shipment SET status = 'cancelled', cancelled_at = now(), address = NULL WHERE order_id = $1`,
      [orderId],
    );
  }

  private async insert(values: string, orderId: string, params: readonly unknown[] = []): Promise<ShipmentRow> {
    // The update changes nothing: it locks, and returns what is there.
    const [row] = await this.unit.query(
      ShipmentRow,
      `INSERT INTO shipments.shipment (order_id, shipment_id, tracking_number, status, lines, address, cancelled_at)
       VALUES ($1, $2, $3, ${values}) ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id RETURNING ${COLUMNS}`,
      [orderId, shipmentIdOf(orderId), trackingNumberOf(orderId), ...params],
    );
    if (row === undefined) throw new Error(`the shipment of order ${orderId} was neither made nor found`);
    return row;
  }
}
