import { UnitOfWork } from '@isolith/journal';
import { requireScope } from '@isolith/message-bus';
import { Sagas } from '@isolith/saga';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Payments } from '../infra/payments.js';
import { PaymentNotFound, RequestRefund } from '../payments.contract.js';
import { RefundSaga } from './refund.saga.js';

@CommandHandler(RequestRefund)
export class RequestRefundHandler implements ICommandHandler<RequestRefund> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly payments: Payments,
    private readonly sagas: Sagas,
    private readonly refund: RefundSaga,
  ) {}

  async execute({ orderId }: RequestRefund): Promise<void> {
    // A typing error must not call a payment off that is yet to come.
    if ((await this.payments.find(orderId)) === undefined) throw new PaymentNotFound({ orderId });
    const { envelope } = requireScope();
    if (envelope === undefined) throw new Error('a refund is requested by a message');
    // A saga of its own for each request: one that an operator has ended by hand must not swallow those that come later.
    await this.unit.run(() => this.sagas.begin(this.refund.definition, `${orderId}:${envelope.id}`, { orderId }));
  }
}
