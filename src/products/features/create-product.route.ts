import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { CreateProduct, Product } from '../products.contract.js';

type NewProduct = z.output<typeof Product>;

@ApiTags('products')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/products')
export class CreateProductRoute {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiOperation({ summary: 'Add a product to the catalogue (admin)' })
  @ApiCreatedResponse({ standardSchema: Product })
  async create(@Body({ schema: Product }) product: NewProduct, @CommandId() id: string): Promise<NewProduct> {
    await this.commands.execute(withOptions(new CreateProduct(product), { id }));
    return product;
  }
}
