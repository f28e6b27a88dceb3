import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CancelOrder, GetOrder, OrderView } from '../orders.contract.js';

const path = z.object({ id: z.uuid().toLowerCase() });
type Path = z.output<typeof path>;

@ApiTags('orders')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/orders')
export class CancelOrderRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Cancel an order whose goods have not left (owner, support); repeating is harmless' })
  @ApiAcceptedResponse({ standardSchema: OrderView })
  async cancel(@Param({ schema: path }) { id: orderId }: Path, @CommandId() id: string): Promise<OrderView> {
    await this.commands.execute(withOptions(new CancelOrder({ orderId }), { id }));
    return this.queries.execute(new GetOrder({ orderId }));
  }
}
