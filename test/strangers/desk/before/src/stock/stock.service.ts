import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Item } from './item.entity.js';

export class SoldOut extends Error {}

@Injectable()
export class StockService {
  constructor(@InjectRepository(Item) private readonly items: Repository<Item>) {}

  async reserve(sku: string, quantity: number): Promise<{ left: number }> {
    const item = await this.items.findOneByOrFail({ sku });
    item.left -= quantity;
    await this.items.save(item);
    if (item.left < 0) throw new SoldOut(`only ${item.left + quantity} left`);
    return { left: item.left };
  }
}
