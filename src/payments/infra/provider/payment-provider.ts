import type { LedgerEntry } from '../../domain/comparison.js';

/** What is asked of the provider once; `key` makes it the same charge however often it is asked. */
export interface ChargeRequest {
  readonly key: string;
  /** Our own reference, which the provider's ledger shows. */
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly token: string;
}

/**
 * How a charge stands at the provider. `voided`: a refund came first, so it is never made. `pending`: it was taken on,
 * and the money is on its way, for days perhaps; it ends as one of the others.
 */
export type ChargeState =
  | { readonly state: 'captured' | 'refunded' | 'voided' | 'pending' | 'none' }
  | { readonly state: 'declined'; readonly reason: string };

/** Part of the provider that fails by itself (a card network, an acquirer), and the tokens that it serves. */
export interface ProviderRoute {
  readonly name: string;
  readonly tokens: RegExp;
}

/**
 * A company that moves money. Implementers owe: one charge per key, for ever, also when it is asked at once by several;
 * a refund that comes before its charge, or before its money, keeps it from being made; `signal` ends the waiting, not
 * the charge; the ledger is theirs, not a copy of ours; anything that is no answer is thrown; `assertNoOpenUnit()`
 * comes first. Not their job: retries, timeouts, circuit breakers, remembering orders.
 */
export interface PaymentProvider {
  /** The first route that serves a token takes it. The last one serves every token. */
  readonly routes: readonly ProviderRoute[];

  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeState>;

  /** Gives back in full what was captured under the key, or keeps anything from ever being. Repeating is harmless. */
  refund(key: string, orderId: string, signal: AbortSignal): Promise<'refunded' | 'voided'>;

  /** `none`: the provider has not seen the key, though a charge may still be on its way to it. */
  lookup(key: string, signal: AbortSignal): Promise<ChargeState>;

  /** At most 1,000 entries by ascending order id, beginning after one. */
  ledger(after: string | undefined, limit: number, signal: AbortSignal): Promise<readonly LedgerEntry[]>;
}

export const PAYMENT_PROVIDER = Symbol('payment-provider');

/** The provider could not be asked, or said that it cannot answer now. Whether a charge was made is not known. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError';
}
