import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ReturnOrder, GetOrder, OrderView } from '../orders.contract.js';

const path = z.object({ id: z.uuid().toLowerCase() });
type Path = z.output<typeof path>;

@ApiTags('orders')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/orders')
export class ReturnOrderRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':id/return')
  @HttpCode(202)
  @ApiOperation({ summary: 'Return a delivered order (owner, support); repeating is harmless' })
  @ApiAcceptedResponse({ standardSchema: OrderView })
  async return(@Param({ schema: path }) { id: orderId }: Path, @CommandId() id: string): Promise<OrderView> {
    await this.commands.execute(withOptions(new ReturnOrder({ orderId }), { id }));
    return this.queries.execute(new GetOrder({ orderId }));
  }
}
