import { OverloadedError } from '@isolith/contracts';
import {
  BulkheadFullError,
  CircuitOpenError,
  noFallback,
  resilience,
  ResilienceRegistry,
  TimeoutExceededError,
  type Resilience,
} from '@isolith/resilience';
import { Inject, Injectable } from '@nestjs/common';
import type { LedgerEntry } from '../../domain/comparison.js';
import { PaymentSettings } from '../payment-settings.js';
import {
  PAYMENT_PROVIDER,
  ProviderUnavailableError,
  type ChargeRequest,
  type ChargeState,
  type PaymentProvider,
} from './payment-provider.js';

/** `unavailable`: nobody said what became of the charge, so it may have been made or still be. */
export type ChargeOutcome = ChargeState | { readonly state: 'unavailable' };

const NO_STAND_IN = noFallback('nothing can stand in for the payment provider: the checkout compensates');
const RETRY = { attempts: 3, initialDelayMs: 200, maxDelayMs: 2_000 };
const BULKHEAD = { concurrency: 32, queue: 2_000 };

interface Route {
  readonly tokens: RegExp;
  /** Counts payments, not attempts: a payment that needed three attempts is one that was made. */
  readonly breaker: Resilience;
  readonly attempts: Resilience;
}

/**
 * The payment provider with everything that keeps its troubles from becoming ours.
 *
 * Each route has a breaker and a bulkhead of its own, so one card network that is down neither closes the others nor
 * takes their slots. The breaker is outside of the retry: it opens when five payments in a row could not be made, not
 * when a few of them stumbled at once. A declined card is an answer and counts as success.
 */
@Injectable()
export class ProviderCalls {
  private readonly routes: readonly Route[];
  /** Calls that concern no card: refunds, lookups, the ledger. */
  private readonly account: Resilience;

  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
    { timeoutMs }: PaymentSettings,
    registry: ResilienceRegistry,
  ) {
    const retry = { ...RETRY, retryOn: isSilence };
    this.routes = provider.routes.map(({ name, tokens }) => ({
      tokens,
      breaker: resilience(`payment-provider.${name}`, {
        breaker: {},
        fallback: NO_STAND_IN,
        isAnswer: isNoFaultOfTheProvider,
      }),
      attempts: resilience(`payment-provider.${name}.attempts`, { retry, bulkhead: BULKHEAD, timeoutMs }),
    }));
    this.account = resilience('payment-provider.account', {
      retry,
      breaker: {},
      bulkhead: BULKHEAD,
      timeoutMs,
      fallback: NO_STAND_IN,
    });
    for (const policies of [...this.routes.flatMap(({ breaker, attempts }) => [breaker, attempts]), this.account])
      registry.add(policies, 'payments');
  }

  /**
   * Asks for a charge until there is an answer or no more hope of one. The same key may be asked for again at any time.
   * Throws OverloadedError when it was not asked for at all because too many others are.
   */
  async charge(request: ChargeRequest): Promise<ChargeOutcome> {
    const { breaker, attempts } = this.routeOf(request.token);
    try {
      return await breaker.run(() => attempts.run((signal) => this.provider.charge(request, signal)));
    } catch (error) {
      if (error instanceof BulkheadFullError) throw new OverloadedError(error.message);
      if (!isSilence(error)) throw error;
      return this.afterSilence(request.key);
    }
  }

  /** How a charge stands. Throws as refund() does. */
  lookup(key: string): Promise<ChargeState> {
    return this.account.run((signal) => this.provider.lookup(key, signal));
  }

  /** Throws ProviderUnavailableError, TimeoutExceededError, CircuitOpenError or BulkheadFullError; see isNoAnswer(). */
  refund(key: string, orderId: string): Promise<'refunded' | 'voided'> {
    return this.account.run((signal) => this.provider.refund(key, orderId, signal));
  }

  ledger(after: string | undefined, limit: number): Promise<readonly LedgerEntry[]> {
    return this.account.run((signal) => this.provider.ledger(after, limit, signal));
  }

  private async afterSilence(key: string): Promise<ChargeOutcome> {
    try {
      const found = await this.lookup(key);
      // That the provider has not seen it says little: what was sent may still arrive.
      return found.state === 'none' ? { state: 'unavailable' } : found;
    } catch (error) {
      if (isNoAnswer(error)) return { state: 'unavailable' };
      throw error;
    }
  }

  private routeOf(token: string): Route {
    const route = this.routes.find(({ tokens }) => tokens.test(token));
    if (route === undefined) throw new Error('the payment provider has no route that serves every token');
    return route;
  }
}

/** The provider did not say what became of the call. */
function isSilence(error: unknown): boolean {
  return (
    error instanceof ProviderUnavailableError ||
    error instanceof TimeoutExceededError ||
    error instanceof CircuitOpenError
  );
}

/** The call was not answered, or not even made. */
export const isNoAnswer = (error: unknown): boolean => isSilence(error) || error instanceof BulkheadFullError;

const isNoFaultOfTheProvider = (error: unknown): boolean => !isSilence(error);
