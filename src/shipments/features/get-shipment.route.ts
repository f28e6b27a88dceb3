import { SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetShipment, ShipmentView } from '../shipments.contract.js';

const orderPath = z.object({ orderId: z.uuid().toLowerCase() });
type OrderPath = z.output<typeof orderPath>;

@ApiTags('shipments')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/shipments')
export class GetShipmentRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':orderId')
  @ApiOperation({ summary: 'The shipment of an order (support)' })
  @ApiOkResponse({ standardSchema: ShipmentView })
  get(@Param({ schema: orderPath }) { orderId }: OrderPath): Promise<z.output<typeof ShipmentView>> {
    return this.queries.execute(new GetShipment({ orderId }));
  }
}
