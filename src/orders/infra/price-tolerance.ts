import type { PricingTerms } from '../domain/pricing.js';

/** By how much a price may have moved since a customer was shown it (`PRICE_TOLERANCE_PERCENT`). */
export class PriceTolerance implements Pick<PricingTerms, 'tolerancePercent'> {
  constructor(readonly tolerancePercent: number) {}
}
