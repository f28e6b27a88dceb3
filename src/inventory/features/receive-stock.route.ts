import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Quantity, ReceiveStock, Sku, StockLevel } from '../inventory.contract.js';

const path = z.object({ sku: Sku });
type Path = z.output<typeof path>;
const receipt = z.object({ quantity: Quantity });
type Receipt = z.output<typeof receipt>;

@ApiTags('inventory')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/inventory/:sku/receipts')
export class ReceiveStockRoute {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiOperation({ summary: 'Goods have arrived (admin); the product need not exist yet' })
  @ApiCreatedResponse({ standardSchema: StockLevel })
  receive(
    @Param({ schema: path }) { sku }: Path,
    @Body({ schema: receipt }) { quantity }: Receipt,
    @CommandId() id: string,
  ): Promise<z.output<typeof StockLevel>> {
    return this.commands.execute(withOptions(new ReceiveStock({ sku, quantity }), { id }));
  }
}
