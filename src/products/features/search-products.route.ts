import { page } from '@isolith/contracts';
import { listQuery, Public } from '@isolith/isolith/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Product, SearchProducts, SearchText } from '../products.contract.js';

const search = listQuery.extend({ cursor: z.string().min(1).max(200).optional(), q: SearchText.optional() });
type Search = z.output<typeof search>;
const answer = page(Product);

@ApiTags('products')
@Controller('v1/products')
export class SearchProductsRoute {
  constructor(private readonly queries: QueryBus) {}

  @Public()
  @Get()
  @ApiOperation({ summary: 'Search the catalogue by a part of name or sku' })
  @ApiOkResponse({ standardSchema: answer })
  search(@Query({ schema: search }) query: Search): Promise<z.output<typeof answer>> {
    return this.queries.execute(new SearchProducts(query));
  }
}
