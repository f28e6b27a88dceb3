import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { StockLevel, StockLine } from '../inventory.contract.js';

/** What the table's CHECK allows of one sku. */
export const MOST_ON_HAND = 1_000_000_000;

const LevelRow = z.object({ sku: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() });
const COLUMNS = 'sku, on_hand AS "onHand", reserved, on_hand - reserved AS available';

/** How each line's quantity moves the two counters of its sku. */
export interface Move {
  readonly onHand: -1 | 0 | 1;
  readonly reserved: -1 | 0 | 1;
}

/** The counters of each sku. Writing needs an open unit of work. */
@Injectable()
export class Stock {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  async level(sku: string): Promise<StockLevel | undefined> {
    const [row] = await this.database.query(LevelRow, `SELECT ${COLUMNS} FROM inventory.stock WHERE sku = $1`, [sku]);
    return row;
  }

  /** Adds goods, also of a sku never seen before; undefined when that would be more than MOST_ON_HAND. */
  async receive({ sku, quantity }: StockLine): Promise<StockLevel | undefined> {
    const [row] = await this.unit.query(
      LevelRow,
      `INSERT INTO inventory.stock AS s (sku, on_hand) VALUES ($1, $2)
       ON CONFLICT (sku) DO UPDATE SET on_hand = s.on_hand + excluded.on_hand WHERE s.on_hand <= $3::integer - excluded.on_hand
       RETURNING ${COLUMNS}`,
      [sku, quantity, MOST_ON_HAND],
    );
    return row;
  }

  /** Goods of a sku that was never received; false, and nothing happens, when it was. */
  async begin({ sku, quantity }: StockLine): Promise<boolean> {
    return (await this.unit.execute('INSERT INTO inventory.stock (sku, on_hand) VALUES ($1, $2) ON CONFLICT (sku) DO NOTHING', [sku, quantity])) === 1;
  }

  /**
   * The levels of some skus, whose rows stay locked until the unit ends; a sku never received is missing. Everybody
   * locks in the order of skus, so two units that want the same rows wait for each other in one direction only.
   */
  async lock(skus: readonly string[]): Promise<ReadonlyMap<string, StockLevel>> {
    const rows = await this.unit.query(
      LevelRow,
      `SELECT ${COLUMNS} FROM inventory.stock WHERE sku = ANY($1::text[]) ORDER BY sku FOR UPDATE`,
      [skus],
    );
    return new Map(rows.map((row) => [row.sku, row]));
  }

  /** Moves the counters of rows that `lock` holds; each sku at most once. The table's CHECKs refuse what can't be. */
  async move(lines: readonly StockLine[], { onHand, reserved }: Move): Promise<void> {
    await this.unit.execute(
      `UPDATE inventory.stock s SET on_hand = s.on_hand + $3::integer * w.quantity, reserved = s.reserved + $4::integer * w.quantity
       FROM unnest($1::text[], $2::integer[]) AS w (sku, quantity) WHERE s.sku = w.sku`,
      [lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity), onHand, reserved],
    );
  }
}
