import { CommandId, Public } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { CancelOrder } from '../orders.contract.js';

const path = z.object({ orderId: z.uuid() });

@Public()
@Controller('v1/orders/:orderId/cancel')
export class CancelOrderRoute {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(204)
  cancel(@Param({ schema: path }) { orderId }: z.output<typeof path>, @CommandId() id: string): Promise<void> {
    return this.commands.execute(withOptions(new CancelOrder({ orderId }), { id }));
  }
}
