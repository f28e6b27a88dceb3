import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Stock } from '../infra/stock.js';
import { GetStock, StockNotFound, type StockLevel } from '../inventory.contract.js';

@QueryHandler(GetStock)
export class GetStockHandler implements IQueryHandler<GetStock> {
  constructor(private readonly stock: Stock) {}

  async execute({ sku }: GetStock): Promise<StockLevel> {
    const level = await this.stock.level(sku);
    if (level === undefined) throw new StockNotFound({ sku });
    return level;
  }
}
