import { UnitOfWork } from '@isolith/journal';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { OrderCancelled } from '../../orders/orders.contract.js';
import { Reservations } from '../infra/reservations.js';

/** Puts goods back. It runs after the order's commit and has its effect once, however often it is told. */
@EventsHandler(OrderCancelled)
export class OnOrderCancelled implements IEventHandler<OrderCancelled> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly reservations: Reservations,
  ) {}

  handle({ orderId }: OrderCancelled): Promise<void> {
    return this.unit.run(() => this.reservations.release(orderId));
  }
}
