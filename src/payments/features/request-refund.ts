import { UnitOfWork } from '@isolith/journal';
import { commandId } from '@isolith/message-bus';
import { Sagas } from '@isolith/saga';
import { CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { CancelOrder, GetOrder, OrderNotCancellable, OrderNotFound } from '../../orders/orders.contract.js';
import { CancelShipment, ShipmentAlreadyDispatched } from '../../shipments/shipments.contract.js';
import { Payments } from '../infra/payments.js';
import { GoodsHaveLeft, PaymentNotFound, RequestRefund } from '../payments.contract.js';
import { RefundSaga } from './refund.saga.js';

@CommandHandler(RequestRefund)
export class RequestRefundHandler implements ICommandHandler<RequestRefund> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly payments: Payments,
    private readonly sagas: Sagas,
    private readonly refund: RefundSaga,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /**
   * Each step can be repeated, and the first one decides: it races with a dispatch for the shipment's row. What comes
   * later can't be refused any more, so nothing is given back for goods that leave, and nothing leaves that is given
   * back.
   */
  async execute({ orderId }: RequestRefund): Promise<void> {
    // A typing error must not call a payment off that is yet to come.
    if ((await this.payments.find(orderId)) === undefined) throw new PaymentNotFound({ orderId });
    await this.holdGoodsBack(orderId);
    await this.callOrderOff(orderId);
    // A saga of its own for each request: one that an operator has ended by hand must not swallow those that come
    // later.
    await this.unit.run(() => this.sagas.begin(this.refund.definition, `${orderId}:${commandId()}`, { orderId }));
  }

  private async holdGoodsBack(orderId: string): Promise<void> {
    try {
      await this.commands.execute(new CancelShipment({ orderId }));
    } catch (error) {
      if (!(error instanceof ShipmentAlreadyDispatched)) throw error;
      const { status } = await this.queries.execute(new GetOrder({ orderId }));
      // Goods that are back: a refund that an operator has skipped is made up for.
      if (status !== 'returned') throw new GoodsHaveLeft({ orderId });
    }
  }

  /** From here on the order's money is on its way, so that no reconciliation finds it missing; its customer is told. */
  private async callOrderOff(orderId: string): Promise<void> {
    try {
      await this.commands.execute(new CancelOrder({ orderId }));
    } catch (error) {
      // It came to its end another way, and expects no money; or it is not known there, and nobody expects any.
      if (!(error instanceof OrderNotCancellable || error instanceof OrderNotFound)) throw error;
    }
  }
}
