import { changes, SignedIn } from '@isolith/isolith/http';
import { Body, Controller, Param, Patch } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeProduct, Currency, GetProduct, PriceMinor, Product, ProductName, Sku } from '../products.contract.js';

const path = z.object({ sku: Sku });
type Path = z.output<typeof path>;
const change = changes({ name: ProductName, priceMinor: PriceMinor, currency: Currency });
type Change = z.output<typeof change>;

@ApiTags('products')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/products')
export class ChangeProductRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Patch(':sku')
  @ApiOperation({ summary: 'Change a product (admin); fields that are left out stay as they are' })
  @ApiOkResponse({ standardSchema: Product })
  async change(
    @Param({ schema: path }) { sku }: Path,
    @Body({ schema: change }) changed: Change,
  ): Promise<z.output<typeof Product>> {
    await this.commands.execute(new ChangeProduct({ sku, ...changed }));
    return this.queries.execute(new GetProduct({ sku }));
  }
}
