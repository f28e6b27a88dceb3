import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Shipments } from '../infra/shipments.js';
import { CancelShipment, ShipmentAlreadyDispatched } from '../shipments.contract.js';

/** Races with the dispatch for the shipment's row: whoever locks it first wins. */
@CommandHandler(CancelShipment)
export class CancelShipmentHandler implements ICommandHandler<CancelShipment> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly shipments: Shipments,
  ) {}

  execute({ orderId }: CancelShipment): Promise<void> {
    return this.unit.run(async () => {
      const { status } = await this.shipments.forestall(orderId);
      if (status === 'dispatched' || status === 'delivered') throw new ShipmentAlreadyDispatched({ orderId });
      if (status === 'created') this.shipments.cancel(orderId);
    });
  }
}
