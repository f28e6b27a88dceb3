import { Public } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetProduct, Product, Sku } from '../products.contract.js';

const path = z.object({ sku: Sku });
type Path = z.output<typeof path>;

@ApiTags('products')
@Controller('v1/products')
export class GetProductRoute {
  constructor(private readonly queries: QueryBus) {}

  @Public()
  @Get(':sku')
  @ApiOperation({ summary: 'One product' })
  @ApiOkResponse({ standardSchema: Product })
  get(@Param({ schema: path }) { sku }: Path): Promise<z.output<typeof Product>> {
    return this.queries.execute(new GetProduct({ sku }));
  }
}
