import type { Draw } from './draw.js';
import type { PlannedJourney, PlannedProduct, Sequel, Token } from './run-plan.js';

/** How often each is drawn. */
const TOKENS: readonly Token[] = [
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_declined',
  'tok_flaky',
  'tok_slow',
  'tok_slow',
  'tok_down',
];
const SEQUELS: readonly Sequel[] = [
  'leave',
  'leave',
  'leave',
  'leave',
  'cancel-at-once',
  'cancel-at-once',
  'cancel',
  'refund-and-cancel',
  'cancel-and-dispatch',
  'dispatch',
  'deliver',
  'return',
];
export const CUSTOMERS = 3;
const PRODUCTS = 4;
/** The first product: so few of it that many want in vain. */
const SCARCE = 0;

export function drawProducts(draw: Draw, orders: number): PlannedProduct[] {
  return Array.from({ length: PRODUCTS }, (_, product) => ({
    onStock: product === SCARCE ? draw.whole(1, Math.max(2, Math.floor(orders / 6))) : orders * 4,
    priceMinor: draw.whole(100, 9_999),
  }));
}

export function drawJourney(draw: Draw): PlannedJourney {
  const products = draw
    .shuffled(Array.from({ length: PRODUCTS }, (_, product) => product))
    .slice(0, draw.chance(0.3) ? 2 : 1);
  return {
    customer: draw.whole(0, CUSTOMERS - 1),
    lines: products.map((product) => ({ product, quantity: draw.whole(1, 3) })),
    token: draw.pick(TOKENS),
    sequel: draw.pick(SEQUELS),
    twice: draw.chance(0.2),
    pauseMs: draw.whole(0, 200),
  };
}
