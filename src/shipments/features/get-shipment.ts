import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { z } from 'zod';
import { Shipments } from '../infra/shipments.js';
import { GetShipment, ShipmentNotFound, type ShipmentView } from '../shipments.contract.js';

@QueryHandler(GetShipment)
export class GetShipmentHandler implements IQueryHandler<GetShipment> {
  constructor(private readonly shipments: Shipments) {}

  async execute({ orderId }: GetShipment): Promise<z.output<typeof ShipmentView>> {
    const shipment = await this.shipments.find(orderId);
    // A shipment that was cancelled before it was created is none to look at.
    if (shipment === undefined || shipment.lines === null) throw new ShipmentNotFound({ orderId });
    const { shipmentId, status, trackingNumber, lines, address, createdAt, dispatchedAt, deliveredAt, cancelledAt } =
      shipment;
    return {
      orderId,
      shipmentId,
      status,
      trackingNumber,
      lines,
      createdAt: createdAt.toISOString(),
      ...(address === null || address === undefined ? {} : { address }),
      ...(dispatchedAt === null ? {} : { dispatchedAt: dispatchedAt.toISOString() }),
      ...(deliveredAt === null ? {} : { deliveredAt: deliveredAt.toISOString() }),
      ...(cancelledAt === null ? {} : { cancelledAt: cancelledAt.toISOString() }),
    };
  }
}
