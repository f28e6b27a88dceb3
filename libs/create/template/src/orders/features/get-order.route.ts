import { Public } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { GetOrder, type OrderView } from '../orders.contract.js';

const path = z.object({ orderId: z.uuid() });

@Public()
@Controller('v1/orders')
export class GetOrderRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':orderId')
  get(@Param({ schema: path }) { orderId }: z.output<typeof path>): Promise<OrderView> {
    return this.queries.execute(new GetOrder({ orderId }));
  }
}
