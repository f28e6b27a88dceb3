import { SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetStock, Sku, StockLevel } from '../inventory.contract.js';

const path = z.object({ sku: Sku });
type Path = z.output<typeof path>;

@ApiTags('inventory')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/inventory')
export class GetStockRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':sku')
  @ApiOperation({ summary: 'The stock of one sku (support)' })
  @ApiOkResponse({ standardSchema: StockLevel })
  get(@Param({ schema: path }) { sku }: Path): Promise<z.output<typeof StockLevel>> {
    return this.queries.execute(new GetStock({ sku }));
  }
}
