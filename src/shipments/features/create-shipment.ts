import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Shipments } from '../infra/shipments.js';
import { CreateShipment, ShipmentCancelled } from '../shipments.contract.js';

@CommandHandler(CreateShipment)
export class CreateShipmentHandler implements ICommandHandler<CreateShipment> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly shipments: Shipments,
  ) {}

  execute({ orderId, lines, address }: CreateShipment): Promise<{ shipmentId: string; trackingNumber: string }> {
    return this.unit.run(async () => {
      const { status, shipmentId, trackingNumber } = await this.shipments.begin(orderId, lines, address);
      if (status === 'cancelled') throw new ShipmentCancelled({ orderId });
      return { shipmentId, trackingNumber };
    });
  }
}
