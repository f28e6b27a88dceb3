import { UnitOfWork } from '@isolith/journal';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { ShipmentDispatched } from '../../shipments/shipments.contract.js';
import { Reservations } from '../infra/reservations.js';
import { Stock } from '../infra/stock.js';

/** The goods have left the house: what was reserved is no longer on hand. */
@EventsHandler(ShipmentDispatched)
export class OnShipmentDispatched implements IEventHandler<ShipmentDispatched> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly reservations: Reservations,
    private readonly stock: Stock,
  ) {}

  handle({ orderId }: ShipmentDispatched): Promise<void> {
    return this.unit.run(async () => {
      const reservation = await this.reservations.lock(orderId);
      if (reservation?.state !== 'reserved') return;
      await this.stock.lock(reservation.lines.map(({ sku }) => sku));
      this.stock.move(reservation.lines, { onHand: -1, reserved: -1 });
      this.reservations.enter(orderId, 'committed');
    });
  }
}
