import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Reservations } from '../infra/reservations.js';
import { ReleaseStock } from '../stock.contract.js';

@CommandHandler(ReleaseStock)
export class ReleaseStockHandler implements ICommandHandler<ReleaseStock> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly reservations: Reservations,
  ) {}

  execute({ orderId }: ReleaseStock): Promise<void> {
    return this.unit.run(() => this.reservations.release(orderId));
  }
}
