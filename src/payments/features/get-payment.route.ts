import { SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetPayment, PaymentView } from '../payments.contract.js';

const orderPath = z.object({ orderId: z.uuid().toLowerCase() });
type OrderPath = z.output<typeof orderPath>;

@ApiTags('payments')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/payments')
export class GetPaymentRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':orderId')
  @ApiOperation({ summary: 'The payment of an order (support)' })
  @ApiOkResponse({ standardSchema: PaymentView })
  get(@Param({ schema: orderPath }) { orderId }: OrderPath): Promise<z.output<typeof PaymentView>> {
    return this.queries.execute(new GetPayment({ orderId }));
  }
}
