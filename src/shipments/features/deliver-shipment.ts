import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Shipments } from '../infra/shipments.js';
import {
  DeliverShipment,
  ShipmentCancelled,
  ShipmentDelivered,
  ShipmentNotDispatched,
  ShipmentNotFound,
} from '../shipments.contract.js';

@CommandHandler(DeliverShipment)
export class DeliverShipmentHandler implements ICommandHandler<DeliverShipment> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly shipments: Shipments,
    private readonly events: EventBus,
  ) {}

  execute({ orderId }: DeliverShipment): Promise<void> {
    return this.unit.run(async () => {
      const shipment = await this.shipments.lock(orderId);
      if (shipment === undefined || shipment.lines === null) throw new ShipmentNotFound({ orderId });
      switch (shipment.status) {
        case 'cancelled':
          throw new ShipmentCancelled({ orderId });
        case 'created':
          throw new ShipmentNotDispatched({ orderId });
        case 'delivered':
          return;
        case 'dispatched':
          this.shipments.deliver(orderId);
          this.events.publish(new ShipmentDelivered({ orderId, shipmentId: shipment.shipmentId }));
      }
    });
  }
}
