import { SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetOrder, OrderView } from '../orders.contract.js';

const path = z.object({ id: z.uuid().toLowerCase() });
type Path = z.output<typeof path>;

@ApiTags('orders')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/orders')
export class GetOrderRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'An order (owner, support)' })
  @ApiOkResponse({ standardSchema: OrderView })
  get(@Param({ schema: path }) { id: orderId }: Path): Promise<OrderView> {
    return this.queries.execute(new GetOrder({ orderId }));
  }
}
