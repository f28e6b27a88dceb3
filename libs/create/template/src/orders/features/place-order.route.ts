import { CommandId, Public } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { OrderLine, PlaceOrder } from '../orders.contract.js';

@Public()
@Controller('v1/orders')
export class PlaceOrderRoute {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(202)
  place(
    @Body({ schema: OrderLine }) wanted: z.output<typeof OrderLine>,
    @CommandId() id: string,
  ): Promise<{ orderId: string }> {
    return this.commands.execute(withOptions(new PlaceOrder(wanted), { id }));
  }
}
