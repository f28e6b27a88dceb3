import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetPayment, PaymentView, RequestRefund } from '../payments.contract.js';

const orderPath = z.object({ orderId: z.uuid().toLowerCase() });
type OrderPath = z.output<typeof orderPath>;

@ApiTags('payments')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/payments')
export class RequestRefundRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':orderId/refunds')
  @HttpCode(202)
  @ApiOperation({
    summary:
      'Give back in full what an order has paid and cancel it (support), unless the goods have left; repeating is harmless',
  })
  @ApiAcceptedResponse({ standardSchema: PaymentView })
  async refund(
    @Param({ schema: orderPath }) { orderId }: OrderPath,
    @CommandId() id: string,
  ): Promise<z.output<typeof PaymentView>> {
    await this.commands.execute(withOptions(new RequestRefund({ orderId }), { id }));
    return this.queries.execute(new GetPayment({ orderId }));
  }
}
