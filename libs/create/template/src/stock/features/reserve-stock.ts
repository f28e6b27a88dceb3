import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Reservations } from '../infra/reservations.js';
import { ReserveStock } from '../stock.contract.js';

@CommandHandler(ReserveStock)
export class ReserveStockHandler implements ICommandHandler<ReserveStock> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly reservations: Reservations,
  ) {}

  execute({ orderId, sku, quantity }: ReserveStock): Promise<void> {
    return this.unit.run(() => this.reservations.hold(orderId, sku, quantity));
  }
}
