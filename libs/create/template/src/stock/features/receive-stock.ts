import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReceiveStock, StockLevel } from '../stock.contract.js';

@CommandHandler(ReceiveStock)
export class ReceiveStockHandler implements ICommandHandler<ReceiveStock> {
  constructor(private readonly unit: UnitOfWork) {}

  execute({ sku, quantity }: ReceiveStock): Promise<StockLevel> {
    // One transaction for rows, events and the reply: a command that is sent twice gets its reply twice and runs once.
    return this.unit.run(async () => {
      const [level] = await this.unit.query(
        StockLevel,
        `INSERT INTO stock.level AS l (sku, available) VALUES ($1, $2)
         ON CONFLICT (sku) DO UPDATE SET available = l.available + excluded.available
         RETURNING sku, available`,
        [sku, quantity],
      );
      return level ?? { sku, available: quantity };
    });
  }
}
