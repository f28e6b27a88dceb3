import { event } from '@isolith/contracts';
import { z } from 'zod';

/** The event that the journal's subjects record: the same fields for each contestant. */
export class LineAdded extends event('baskets.line-added', {
  input: z.object({
    basketId: z.string().min(1).max(80),
    line: z.int().min(1),
    sku: z.string().min(1).max(40),
    quantity: z.int().min(1),
    priceMinor: z.int().min(0),
    at: z.iso.datetime(),
  }),
  key: 'basketId',
}) {}

export interface Line {
  readonly basketId: string;
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
  readonly priceMinor: number;
  readonly at: string;
}

export const lineOf = (basketId: string, line: number): Line => ({
  basketId,
  line,
  sku: `SKU-${line}`,
  quantity: 1 + (line % 9),
  priceMinor: 1_000 + line,
  at: new Date().toISOString(),
});

/** What a stream of them folds into. */
export interface Basket {
  readonly lines: number;
  readonly totalMinor: number;
}

export const evolve = (
  { lines, totalMinor }: Basket,
  { quantity, priceMinor }: Pick<Line, 'quantity' | 'priceMinor'>,
): Basket => ({ lines: lines + 1, totalMinor: totalMinor + quantity * priceMinor });

/** What a stream of so many lines must fold into. */
export const basketOf = (lines: number): Basket =>
  Array.from({ length: lines }, (_, index) => lineOf('', index + 1)).reduce(evolve, { lines: 0, totalMinor: 0 });

export const BASKETS = 'baskets';
/** Of each contestant: the default of a host. */
export const POOL_SIZE = 10;
/** The basket that `stream.load` loads, and its stream. */
export const LONG_BASKET = 'long';
export const LONG_STREAM = `basket-${LONG_BASKET}`;
export const LONG = 10_000;
