import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Reservations } from '../infra/reservations.js';
import { Stock } from '../infra/stock.js';
import { ReleaseStock, StockReleased } from '../inventory.contract.js';

@CommandHandler(ReleaseStock)
export class ReleaseStockHandler implements ICommandHandler<ReleaseStock> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly reservations: Reservations,
    private readonly stock: Stock,
    private readonly events: EventBus,
  ) {}

  execute({ orderId }: ReleaseStock): Promise<void> {
    return this.unit.run(async () => {
      // Released before it was reserved: the row stays and refuses the reservation that may still be on its way.
      if (await this.reservations.insert(orderId, { state: 'released', lines: [] })) return;
      const reservation = await this.reservations.lock(orderId);
      if (reservation?.state !== 'reserved') return;
      await this.stock.lock(reservation.lines.map(({ sku }) => sku));
      this.stock.move(reservation.lines, { onHand: 0, reserved: -1 });
      this.reservations.enter(orderId, 'released');
      this.events.publish(new StockReleased({ orderId }));
    });
  }
}
