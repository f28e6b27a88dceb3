import { CommandId, Public } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { Quantity, ReceiveStock, Sku, type StockLevel } from '../stock.contract.js';

const path = z.object({ sku: Sku });
const body = z.object({ quantity: Quantity });

@Public()
@Controller('v1/stock/:sku/receipts')
export class ReceiveStockRoute {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  receive(
    @Param({ schema: path }) { sku }: z.output<typeof path>,
    @Body({ schema: body }) { quantity }: z.output<typeof body>,
    @CommandId() id: string,
  ): Promise<StockLevel> {
    return this.commands.execute(withOptions(new ReceiveStock({ sku, quantity }), { id }));
  }
}
