import { command, event, failure } from '@isolith/contracts';
import { z } from 'zod';
import { choreography } from '../choreography/choreography.js';
import { when } from '../choreography/reaction.js';

export class StockLow extends event('stock.low', {
  input: z.object({ sku: z.string(), left: z.int() }),
  key: 'sku',
}) {}
export class StockGone extends event('stock.gone', { input: z.object({ sku: z.string() }), key: 'sku' }) {}

export class NoSupplier extends failure('buying.no-supplier', { status: 409, detail: 'nobody sells it' }) {}
export class SupplierBusy extends failure('buying.supplier-busy', { status: 503, detail: 'later', retryable: true }) {}
export class Reorder extends command('buying.reorder', {
  input: z.object({ sku: z.string(), amount: z.int() }),
  failures: [NoSupplier, SupplierBusy],
}) {}
export class Tell extends command('mails.tell', {
  input: z.object({ who: z.string(), what: z.string() }),
  failures: [NoSupplier],
}) {}

/**
 * Every way to answer: one command, several, none; a refusal that is parked, ignored or answered by another command.
 */
export const lowStock = choreography({
  name: 'alerts.low-stock',
  retry: { attempts: 2, initialDelayMs: 1, maxDelayMs: 2 },
  on: [
    when(StockLow, {
      send: Tell,
      with: ({ sku, left }) =>
        ['ada', 'bob'].slice(0, left).map((who) => new Tell({ who, what: `${sku}: ${left} left` })),
      refused: 'ignored',
    }),
    when(StockLow, {
      name: 'reorder',
      send: Reorder,
      with: ({ sku, left }) => new Reorder({ sku, amount: 10 - left }),
      refused: {
        send: Tell,
        with: ({ sku }, { type }, { eventId }) => new Tell({ who: eventId, what: `${sku}: ${type}` }),
      },
    }),
    when(StockGone, {
      send: Reorder,
      with: ({ sku }) => (sku === 'dead' ? undefined : new Reorder({ sku, amount: 10 })),
    }),
  ],
});
