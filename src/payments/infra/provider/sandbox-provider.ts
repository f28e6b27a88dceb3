import { setTimeout as pause } from 'node:timers/promises';
import { assertNoOpenUnit } from '@isolith/message-bus';
import { Injectable } from '@nestjs/common';
import type { LedgerEntry } from '../../domain/comparison.js';
import { PaymentSettings } from '../payment-settings.js';
import {
  ProviderUnavailableError,
  type ChargeRequest,
  type ChargeState,
  type PaymentProvider,
  type ProviderRoute,
} from './payment-provider.js';
import { SandboxLedger } from './sandbox-ledger.js';

/** How often tok_flaky fails before it works, per payment. */
const FLAKY_ERRORS = 2;

/** Behaves as its tokens say, and keeps books like a real provider. */
@Injectable()
export class SandboxProvider implements PaymentProvider {
  readonly routes: readonly ProviderRoute[] = [
    // Stands for a card network that is down while the others work.
    { name: 'unreachable-network', tokens: /^tok_down$/ },
    { name: 'cards', tokens: /^/ },
  ];

  constructor(
    private readonly books: SandboxLedger,
    private readonly settings: PaymentSettings,
  ) {}

  async charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeState> {
    assertNoOpenUnit('the payment provider (charge)');
    if (request.token === 'tok_down') throw new ProviderUnavailableError('the network of this card cannot be reached');
    switch (request.token) {
      case 'tok_ok':
        return this.books.record(request, 'captured', null);
      case 'tok_flaky':
        if ((await this.books.attempt(request.key)) <= FLAKY_ERRORS) throw new ProviderUnavailableError('try again');
        return this.books.record(request, 'captured', null);
      case 'tok_slow': {
        const known = await this.books.find(request.key);
        if (known.state !== 'none') return known;
        const charged = await this.books.record(request, 'captured', null);
        // The money has moved; only the answer comes later than anybody waits for it.
        await pause(2 * this.settings.timeoutMs, undefined, { signal });
        return charged;
      }
      case 'tok_later':
      case 'tok_never':
        return this.books.recordPending(request, request.token === 'tok_later');
      case 'tok_declined':
        return this.books.record(request, 'declined', 'the card was declined');
      default:
        return this.books.record(request, 'declined', 'the card is not known');
    }
  }

  async refund(key: string, orderId: string): Promise<'refunded' | 'voided'> {
    assertNoOpenUnit('the payment provider (refund)');
    const { state } = await this.books.refund(key, orderId);
    return state === 'refunded' ? 'refunded' : 'voided';
  }

  async lookup(key: string): Promise<ChargeState> {
    assertNoOpenUnit('the payment provider (lookup)');
    const found = await this.books.find(key);
    return found.state === 'pending' ? this.books.settle(key) : found;
  }

  async ledger(after: string | undefined, limit: number): Promise<readonly LedgerEntry[]> {
    assertNoOpenUnit('the payment provider (ledger)');
    return this.books.page(after, limit);
  }
}
