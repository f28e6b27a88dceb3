import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { ShipmentDelivered } from '../../shipments/shipments.contract.js';
import { ChangeOrder } from '../infra/change-order.js';

@EventsHandler(ShipmentDelivered)
export class OnShipmentDelivered implements IEventHandler<ShipmentDelivered> {
  constructor(private readonly order: ChangeOrder) {}

  handle({ orderId, shipmentId }: ShipmentDelivered): Promise<void> {
    return this.order.run(orderId, { want: 'deliver', shipmentId });
  }
}
