import { Aggregates } from '@isolith/event-sourcing';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { ShipmentDelivered } from '../../shipments/shipments.contract.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';

@EventsHandler(ShipmentDelivered)
export class OnShipmentDelivered implements IEventHandler<ShipmentDelivered> {
  constructor(private readonly aggregates: Aggregates) {}

  handle({ orderId, shipmentId }: ShipmentDelivered): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'deliver', shipmentId, at: now() });
  }
}
