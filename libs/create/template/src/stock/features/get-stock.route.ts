import { Public } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { GetStock, Sku, type StockLevel } from '../stock.contract.js';

const path = z.object({ sku: Sku });

@Public()
@Controller('v1/stock')
export class GetStockRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':sku')
  get(@Param({ schema: path }) { sku }: z.output<typeof path>): Promise<StockLevel> {
    return this.queries.execute(new GetStock({ sku }));
  }
}
