import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MOST_ON_HAND, Stock } from '../infra/stock.js';
import { ReceiveStock, TooMuchStock, type StockLevel } from '../inventory.contract.js';

@CommandHandler(ReceiveStock)
export class ReceiveStockHandler implements ICommandHandler<ReceiveStock> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  execute({ sku, quantity }: ReceiveStock): Promise<StockLevel> {
    return this.unit.run(async () => {
      const level = await this.stock.receive({ sku, quantity });
      if (level === undefined) throw new TooMuchStock({ sku, limit: MOST_ON_HAND });
      return level;
    });
  }
}
