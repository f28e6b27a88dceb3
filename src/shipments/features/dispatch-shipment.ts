import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetOrder } from '../../orders/orders.contract.js';
import { Shipments } from '../infra/shipments.js';
import {
  DispatchShipment,
  OrderNotConfirmed,
  ShipmentCancelled,
  ShipmentDispatched,
  ShipmentNotFound,
} from '../shipments.contract.js';

/**
 * Of these the order stays confirmed until the shipment itself says otherwise: the row's lock decides against a
 * cancellation.
 */
const GOODS_MAY_LEAVE: readonly string[] = ['confirmed', 'shipped', 'delivered'];

@CommandHandler(DispatchShipment)
export class DispatchShipmentHandler implements ICommandHandler<DispatchShipment> {
  constructor(
    private readonly queries: QueryBus,
    private readonly unit: UnitOfWork,
    private readonly shipments: Shipments,
    private readonly events: EventBus,
  ) {}

  async execute({ orderId }: DispatchShipment): Promise<void> {
    const found = await this.shipments.find(orderId);
    if (found === undefined || found.lines === null) throw new ShipmentNotFound({ orderId });
    if (found.status === 'created') await this.requireConfirmed(orderId);
    await this.unit.run(async () => {
      const shipment = await this.shipments.lock(orderId);
      if (shipment === undefined) throw new ShipmentNotFound({ orderId });
      if (shipment.status === 'cancelled') throw new ShipmentCancelled({ orderId });
      if (shipment.status !== 'created') return;
      this.shipments.dispatch(orderId);
      this.events.publish(new ShipmentDispatched({ orderId, shipmentId: shipment.shipmentId }));
    });
  }

  /** Until its checkout has passed the point of no return, the goods of an order can still be wanted back. */
  private async requireConfirmed(orderId: string): Promise<void> {
    const { status } = await this.queries.execute(new GetOrder({ orderId }));
    if (!GOODS_MAY_LEAVE.includes(status)) throw new OrderNotConfirmed({ orderId, status });
  }
}
