import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { ShipmentDispatched } from '../../shipments/shipments.contract.js';
import { ChangeOrder } from '../infra/change-order.js';

@EventsHandler(ShipmentDispatched)
export class OnShipmentDispatched implements IEventHandler<ShipmentDispatched> {
  constructor(private readonly order: ChangeOrder) {}

  handle({ orderId, shipmentId }: ShipmentDispatched): Promise<void> {
    return this.order.run(orderId, { want: 'ship', shipmentId });
  }
}
