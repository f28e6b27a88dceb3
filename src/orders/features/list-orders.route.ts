import { page } from '@isolith/contracts';
import { listQuery, SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ListOrders, OrderStatus, OrderView } from '../orders.contract.js';

const search = listQuery.extend({
  cursor: z.string().min(1).max(200).optional(),
  status: OrderStatus.optional(),
  customerId: z.uuid().toLowerCase().optional(),
});
type Search = z.output<typeof search>;
const answer = page(OrderView);

@ApiTags('orders')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/orders')
export class ListOrdersRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Orders, newest first: the own ones, for support those of all customers' })
  @ApiOkResponse({ standardSchema: answer })
  list(@Query({ schema: search }) query: Search): Promise<z.output<typeof answer>> {
    return this.queries.execute(new ListOrders(query));
  }
}
