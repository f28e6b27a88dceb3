import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { StockLevel, StockLine } from '../inventory.contract.js';

/** What the table's CHECK allows of one sku. */
export const MOST_ON_HAND = 1_000_000_000;

const LevelRow = z.object({ sku: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() });
const SetAsideRow = z.object({ level: LevelRow.nullable() });
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
    return (
      (await this.unit.execute(
        'INSERT INTO inventory.stock (sku, on_hand) VALUES ($1, $2) ON CONFLICT (sku) DO NOTHING',
        [sku, quantity],
      )) === 1
    );
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

  /**
   * Gives an order its row and sets aside what there is enough of, in one statement; undefined, and nothing happens,
   * when the order has a row. Returns the levels as they then are: a line that is missing there could not be had.
   *
   * The order's row is inserted first (`held` asks for it), then the rows of stock are locked in the order of skus, as
   * everywhere. A row that somebody else has changed while this waited for its lock is looked at again as it is by
   * then.
   */
  async setAside(orderId: string, lines: readonly StockLine[]): Promise<ReadonlyMap<string, StockLevel> | undefined> {
    const rows = await this.unit.query(
      SetAsideRow,
      `WITH kept AS (
         INSERT INTO inventory.reservations (order_id, state, lines) VALUES ($1, 'reserved', $2::jsonb) ON CONFLICT (order_id) DO NOTHING RETURNING order_id),
       held AS MATERIALIZED (
         SELECT sku FROM inventory.stock WHERE EXISTS (SELECT FROM kept) AND sku = ANY($3::text[]) ORDER BY sku FOR UPDATE),
       moved AS (
         UPDATE inventory.stock s SET reserved = s.reserved + w.quantity
         FROM unnest($3::text[], $4::integer[]) AS w (sku, quantity) JOIN held ON held.sku = w.sku
         WHERE s.sku = w.sku AND s.on_hand - s.reserved >= w.quantity
         RETURNING jsonb_build_object('sku', s.sku, 'onHand', s.on_hand, 'reserved', s.reserved, 'available', s.on_hand - s.reserved) AS level)
       SELECT moved.level FROM kept LEFT JOIN moved ON true`,
      [orderId, JSON.stringify(lines), lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity)],
    );
    if (rows.length === 0) return undefined;
    return new Map(rows.flatMap(({ level }) => (level === null ? [] : [[level.sku, level] as const])));
  }

  /** Moves the counters of rows that `lock` holds; each sku at most once. The table's CHECKs refuse what can't be. */
  move(lines: readonly StockLine[], { onHand, reserved }: Move): void {
    this.unit.write(
      `UPDATE inventory.stock s SET on_hand = s.on_hand + $3::integer * w.quantity, reserved = s.reserved + $4::integer * w.quantity
       FROM unnest($1::text[], $2::integer[]) AS w (sku, quantity) WHERE s.sku = w.sku`,
      [lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity), onHand, reserved],
    );
  }
}
