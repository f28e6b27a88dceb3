import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Item } from './item.entity.js';
import { stock } from './stock.contract.js';
import { StockService } from './stock.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Item]), IsolithModule.forFeature(stock)],
  providers: [StockService],
})
export class StockModule {}
