import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Reservations, type ReservationState } from '../infra/reservations.js';
import { Stock, type Move } from '../infra/stock.js';
import { ReturnStock } from '../inventory.contract.js';

/**
 * A return may overtake the news that the goods were dispatched (another context's event). Then they are still on
 * hand here, and giving back the reservation is dispatch and return in one; the late news finds `returned` and does
 * nothing.
 */
const MOVES: Partial<Record<ReservationState, Move>> = {
  committed: { onHand: 1, reserved: 0 },
  reserved: { onHand: 0, reserved: -1 },
};

@CommandHandler(ReturnStock)
export class ReturnStockHandler implements ICommandHandler<ReturnStock> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly reservations: Reservations,
    private readonly stock: Stock,
  ) {}

  execute({ orderId }: ReturnStock): Promise<void> {
    return this.unit.run(async () => {
      const reservation = await this.reservations.lock(orderId);
      const move = reservation && MOVES[reservation.state];
      if (reservation === undefined || move === undefined) return;
      await this.stock.lock(reservation.lines.map(({ sku }) => sku));
      this.stock.move(reservation.lines, move);
      this.reservations.enter(orderId, 'returned');
    });
  }
}
