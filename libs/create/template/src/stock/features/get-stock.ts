import { ContextDatabase } from '@isolith/journal';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { GetStock, StockLevel } from '../stock.contract.js';

@QueryHandler(GetStock)
export class GetStockHandler implements IQueryHandler<GetStock> {
  constructor(private readonly database: ContextDatabase) {}

  async execute({ sku }: GetStock): Promise<StockLevel> {
    const [level] = await this.database.query(StockLevel, 'SELECT sku, available FROM stock.level WHERE sku = $1', [
      sku,
    ]);
    return level ?? { sku, available: 0 };
  }
}
