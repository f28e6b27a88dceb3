import { Aggregates } from '@isolith/event-sourcing';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { ShipmentDispatched } from '../../shipments/shipments.contract.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';

@EventsHandler(ShipmentDispatched)
export class OnShipmentDispatched implements IEventHandler<ShipmentDispatched> {
  constructor(private readonly aggregates: Aggregates) {}

  handle({ orderId, shipmentId }: ShipmentDispatched): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'ship', shipmentId, at: now() });
  }
}
