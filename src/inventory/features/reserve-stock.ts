import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Reservations } from '../infra/reservations.js';
import { Stock } from '../infra/stock.js';
import {
  LOW_STOCK, OutOfStock, ReservationDiffers, ReservationReleased, ReserveStock, StockLow, StockReserved, type StockLine,
} from '../inventory.contract.js';

/** One line per sku, in the order of skus. */
function merged(lines: readonly StockLine[]): StockLine[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

const sameLines = (a: readonly StockLine[], b: readonly StockLine[]): boolean =>
  a.length === b.length && a.every(({ sku, quantity }, index) => sku === b[index]?.sku && quantity === b[index]?.quantity);

/**
 * The order's row is inserted first, then the rows of stock are locked in the order of skus, then the counters move.
 * A failure undoes the whole unit, the order's row included: all lines or none.
 */
@CommandHandler(ReserveStock)
export class ReserveStockHandler implements ICommandHandler<ReserveStock> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly reservations: Reservations,
    private readonly stock: Stock,
    private readonly events: EventBus,
  ) {}

  execute({ orderId, lines }: ReserveStock): Promise<void> {
    const wanted = merged(lines);
    return this.unit.run(async () => {
      if (await this.reservations.insert(orderId, { state: 'reserved', lines: wanted })) await this.setAside(orderId, wanted);
      else await this.requireSame(orderId, wanted);
    });
  }

  private async setAside(orderId: string, wanted: readonly StockLine[]): Promise<void> {
    const levels = await this.stock.lock(wanted.map(({ sku }) => sku));
    for (const { sku, quantity } of wanted) {
      const available = levels.get(sku)?.available ?? 0;
      if (available < quantity) throw new OutOfStock({ sku, requested: quantity, available });
    }
    await this.stock.move(wanted, { onHand: 0, reserved: 1 });
    this.events.publish(new StockReserved({ orderId }));
    for (const { sku, quantity } of wanted) {
      const before = levels.get(sku)?.available ?? 0;
      const available = before - quantity;
      if (before > LOW_STOCK && available <= LOW_STOCK) this.events.publish(new StockLow({ sku, available }));
    }
  }

  /** The order has a row already: the same reservation again is fine, anything else is refused. */
  private async requireSame(orderId: string, wanted: readonly StockLine[]): Promise<void> {
    const existing = await this.reservations.lock(orderId);
    if (existing === undefined || existing.state === 'released') throw new ReservationReleased({ orderId });
    if (!sameLines(existing.lines, wanted)) throw new ReservationDiffers({ orderId });
  }
}
