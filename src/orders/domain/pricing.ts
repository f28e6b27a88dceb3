import { ForeignCurrency, MAX_TOTAL_MINOR, OrderTooLarge, UnknownSku, type OrderLine } from '../orders.contract.js';

export interface Price {
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly currency: string;
}

/**
 * Puts names and prices to the requested lines. Throws UnknownSku, ForeignCurrency or OrderTooLarge, each pointing to
 * the first line that is at fault.
 */
export function priceLines(
  requested: readonly { readonly sku: string; readonly quantity: number }[],
  prices: readonly Price[],
  shopCurrency: string,
): { readonly lines: readonly OrderLine[]; readonly totalMinor: number } {
  const bySku = new Map(prices.map((price) => [price.sku, price]));
  let totalMinor = 0;
  const lines = requested.map(({ sku, quantity }, index) => {
    const price = bySku.get(sku);
    if (price === undefined) throw new UnknownSku({ sku, pointer: `/lines/${index}/sku` });
    const { name, priceMinor: unitPriceMinor, currency } = price;
    if (currency !== shopCurrency)
      throw new ForeignCurrency({ sku, currency, expected: shopCurrency, pointer: `/lines/${index}/sku` });
    // Checked with each line, so that the sum never leaves the range in which integers are exact.
    totalMinor += unitPriceMinor * quantity;
    if (totalMinor > MAX_TOTAL_MINOR)
      throw new OrderTooLarge({ maxTotalMinor: MAX_TOTAL_MINOR, pointer: `/lines/${index}/quantity` });
    return { sku, name, quantity, unitPriceMinor };
  });
  return { lines, totalMinor };
}
