import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Product } from '../products.contract.js';

/** PostgreSQL's bigint arrives as a string; prices are far below what a number holds exactly. */
const ProductRow = z.object({
  sku: z.string(),
  name: z.string(),
  priceMinor: z.coerce.number().int(),
  currency: z.string(),
});
/**
 * Text as it is searched: composed or not, in any case. Both sides go through it, so that they agree whatever the
 * locale of the database makes of `lower`; the sharp s and the final sigma are what it leaves apart.
 */
const folded = (text: string): string => `replace(replace(lower(normalize(${text}, NFKC)), 'ß', 'ss'), 'ς', 'σ')`;

const COLUMNS = 'sku, name, price_minor AS "priceMinor", currency';

export interface ProductChange {
  readonly name: string | undefined;
  readonly priceMinor: number | undefined;
  readonly currency: string | undefined;
}

/** The products by sku. Writing needs an open unit of work. */
@Injectable()
export class Catalogue {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  async bySku(sku: string): Promise<Product | undefined> {
    const [row] = await this.bySkus([sku]);
    return row;
  }

  bySkus(skus: readonly string[]): Promise<Product[]> {
    return this.database.query(ProductRow, `SELECT ${COLUMNS} FROM products.products WHERE sku = ANY($1::text[])`, [
      skus,
    ]);
  }

  /** Up to `limit` products after a sku, in the order of skus; `text` is looked for in sku and name, in any case. */
  search(text: string | undefined, after: string | undefined, limit: number): Promise<Product[]> {
    return this.database.query(
      ProductRow,
      `SELECT ${COLUMNS} FROM products.products
       WHERE ($1::text IS NULL OR strpos(${folded('name')}, ${folded('$1::text')}) > 0 OR strpos(sku, upper($1)) > 0)
         AND ($2::text IS NULL OR sku > $2)
       ORDER BY sku LIMIT $3`,
      [text ?? null, after ?? null, limit],
    );
  }

  /** False when the sku is in use. Of two writers of one sku the second waits for the first and gets false. */
  async insert({ sku, name, priceMinor, currency }: Product): Promise<boolean> {
    const inserted = await this.unit.execute(
      'INSERT INTO products.products (sku, name, price_minor, currency) VALUES ($1, $2, $3, $4) ON CONFLICT (sku) DO NOTHING',
      [sku, name, priceMinor, currency],
    );
    return inserted === 1;
  }

  /** The product as it is afterwards; undefined when there is none. */
  async change(sku: string, { name, priceMinor, currency }: ProductChange): Promise<Product | undefined> {
    const [row] = await this.unit.query(
      ProductRow,
      `UPDATE products.products
       SET name = coalesce($2, name), price_minor = coalesce($3, price_minor), currency = coalesce($4, currency)
       WHERE sku = $1 RETURNING ${COLUMNS}`,
      [sku, name ?? null, priceMinor ?? null, currency ?? null],
    );
    return row;
  }
}
