import {
  ForeignCurrency,
  MAX_TOTAL_MINOR,
  OrderTooLarge,
  PriceMoved,
  UnknownSku,
  type OrderLine,
} from '../orders.contract.js';

export interface Price {
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly currency: string;
}

interface Requested {
  readonly sku: string;
  readonly quantity: number;
  readonly shownPriceMinor?: number | undefined;
}

/** What a shop sells in, and by how much a price may have moved since it was shown, in percent of what was shown. */
export interface PricingTerms {
  readonly currency: string;
  readonly tolerancePercent: number;
}

/**
 * Puts names and prices to the requested lines: the price that was shown, while it has not moved too far. Throws
 * UnknownSku, ForeignCurrency, PriceMoved or OrderTooLarge, each pointing to the first line that is at fault.
 */
export function priceLines(
  requested: readonly Requested[],
  prices: readonly Price[],
  { currency: shopCurrency, tolerancePercent }: PricingTerms,
): { readonly lines: readonly OrderLine[]; readonly totalMinor: number } {
  const bySku = new Map(prices.map((price) => [price.sku, price]));
  let totalMinor = 0;
  const lines = requested.map(({ sku, quantity, shownPriceMinor }, index) => {
    const price = bySku.get(sku);
    if (price === undefined) throw new UnknownSku({ sku, pointer: `/lines/${index}/sku` });
    const { name, priceMinor, currency } = price;
    if (currency !== shopCurrency)
      throw new ForeignCurrency({ sku, currency, expected: shopCurrency, pointer: `/lines/${index}/sku` });
    const unitPriceMinor = shownPriceMinor ?? priceMinor;
    // In hundredths of a minor unit, so that nothing is rounded.
    if (Math.abs(priceMinor - unitPriceMinor) * 100 > unitPriceMinor * tolerancePercent)
      throw new PriceMoved({ sku, shownPriceMinor: unitPriceMinor, priceMinor, pointer: `/lines/${index}/sku` });
    // Checked with each line, so that the sum never leaves the range in which integers are exact.
    totalMinor += unitPriceMinor * quantity;
    if (totalMinor > MAX_TOTAL_MINOR)
      throw new OrderTooLarge({ maxTotalMinor: MAX_TOTAL_MINOR, pointer: `/lines/${index}/quantity` });
    return { sku, name, quantity, unitPriceMinor };
  });
  return { lines, totalMinor };
}
