import { UnitOfWork } from '@isolith/journal';
import { CommandHandler } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Item } from './item.entity.js';
import { ReserveStock, SoldOut } from './stock.contract.js';

@CommandHandler(ReserveStock)
export class StockService {
  constructor(@InjectRepository(Item) private readonly items: Repository<Item>, private readonly unit: UnitOfWork) {}

  execute = ({ sku, quantity }: ReserveStock) => this.unit.run(() => this.reserve(sku, quantity));

  async reserve(sku: string, quantity: number): Promise<{ left: number }> {
    const item = await this.items.findOneByOrFail({ sku });
    item.left -= quantity;
    await this.items.save(item);
    if (item.left < 0) throw new SoldOut({ left: item.left + quantity });
    return { left: item.left };
  }
}
