import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Reservations } from '../infra/reservations.js';
import { Stock } from '../infra/stock.js';
import {
  LOW_STOCK,
  OutOfStock,
  ReservationDiffers,
  ReservationReleased,
  ReserveStock,
  StockLow,
  StockReserved,
  type StockLevel,
  type StockLine,
} from '../inventory.contract.js';

/** One line per sku, in the order of skus. */
function merged(lines: readonly StockLine[]): StockLine[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

const sameLines = (a: readonly StockLine[], b: readonly StockLine[]): boolean =>
  a.length === b.length &&
  a.every(({ sku, quantity }, index) => sku === b[index]?.sku && quantity === b[index]?.quantity);

/**
 * The order's row is inserted first, then the rows of stock are locked in the order of skus and the counters move.
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
      const levels = await this.stock.setAside(orderId, wanted);
      if (levels === undefined) await this.requireSame(orderId, wanted);
      else await this.tell(orderId, wanted, levels);
    });
  }

  private async tell(
    orderId: string,
    wanted: readonly StockLine[],
    levels: ReadonlyMap<string, StockLevel>,
  ): Promise<void> {
    const missing = wanted.find(({ sku }) => !levels.has(sku));
    if (missing !== undefined) throw await this.outOfStock(missing);
    this.events.publish(new StockReserved({ orderId }));
    for (const { sku, quantity } of wanted) {
      const available = levels.get(sku)?.available ?? 0;
      if (available + quantity > LOW_STOCK && available <= LOW_STOCK)
        this.events.publish(new StockLow({ sku, available }));
    }
  }

  /** Its row is locked, so this is what there was when it was not enough. */
  private async outOfStock({ sku, quantity }: StockLine): Promise<OutOfStock> {
    const available = (await this.stock.lock([sku])).get(sku)?.available ?? 0;
    return new OutOfStock({ sku, requested: quantity, available });
  }

  /** The order has a row already: the same reservation again is fine, anything else is refused. */
  private async requireSame(orderId: string, wanted: readonly StockLine[]): Promise<void> {
    const existing = await this.reservations.lock(orderId);
    if (existing === undefined || existing.state === 'released') throw new ReservationReleased({ orderId });
    if (!sameLines(existing.lines, wanted)) throw new ReservationDiffers({ orderId });
  }
}
