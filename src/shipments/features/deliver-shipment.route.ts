import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DeliverShipment, GetShipment, ShipmentView } from '../shipments.contract.js';

const orderPath = z.object({ orderId: z.uuid().toLowerCase() });
type OrderPath = z.output<typeof orderPath>;

@ApiTags('shipments')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/shipments')
export class DeliverShipmentRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':orderId/deliver')
  @HttpCode(202)
  @ApiOperation({ summary: 'The goods of an order have arrived (support); repeating is harmless' })
  @ApiAcceptedResponse({ standardSchema: ShipmentView })
  async deliver(
    @Param({ schema: orderPath }) { orderId }: OrderPath,
    @CommandId() id: string,
  ): Promise<z.output<typeof ShipmentView>> {
    await this.commands.execute(withOptions(new DeliverShipment({ orderId }), { id }));
    return this.queries.execute(new GetShipment({ orderId }));
  }
}
