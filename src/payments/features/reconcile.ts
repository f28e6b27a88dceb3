import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ListOrderTotals } from '../../orders/orders.contract.js';
import { Payments } from '../infra/payments.js';
import { LedgerUnavailable, Reconcile } from '../payments.contract.js';
import { isNoAnswer, ProviderCalls } from '../infra/provider/provider-calls.js';
import { Comparison, type ComparisonResult, type LedgerEntry, type OrderTotal } from '../domain/comparison.js';

const PAGE = 1_000;

/** Goes through both books by ascending order id, so that what it holds at a time is a page of each. */
@QueryHandler(Reconcile)
export class ReconcileHandler implements IQueryHandler<Reconcile> {
  constructor(
    private readonly queries: QueryBus,
    private readonly payments: Payments,
    private readonly provider: ProviderCalls,
  ) {}

  async execute(): Promise<ComparisonResult> {
    const comparison = new Comparison();
    let from: string | undefined;
    do {
      const { items: before, nextCursor } = await this.queries.execute(
        new ListOrderTotals({ limit: PAGE, ...cursor(from) }),
      );
      const unfinished = await this.payments.unfinished(from, nextCursor);
      const ledger = await this.ledger(from);
      // The shorter of the two pages bounds what is compared; the rest is read again with the next one.
      const upTo = lesser(nextCursor, ledger.length < PAGE ? undefined : ledger.at(-1)?.orderId);
      comparison.add({
        before: before.filter(within(upTo)),
        unfinished: new Set(unfinished.map(({ orderId }) => orderId)),
        ledger: ledger.filter(within(upTo)),
        after: await this.totals(from, upTo),
      });
      from = upTo;
    } while (from !== undefined);
    return comparison.result();
  }

  private async ledger(after: string | undefined): Promise<readonly LedgerEntry[]> {
    try {
      return await this.provider.ledger(after, PAGE);
    } catch (error) {
      if (isNoAnswer(error)) throw new LedgerUnavailable({});
      throw error;
    }
  }

  /**
   * The orders after one, up to another; there may be more of them than in the page before, for orders are placed all
   * the time.
   */
  private async totals(after: string | undefined, upTo: string | undefined): Promise<OrderTotal[]> {
    const totals: OrderTotal[] = [];
    for (let from = after; ;) {
      const { items, nextCursor } = await this.queries.execute(new ListOrderTotals({ limit: PAGE, ...cursor(from) }));
      totals.push(...items.filter(within(upTo)));
      if (nextCursor === undefined || (upTo !== undefined && nextCursor >= upTo)) return totals;
      from = nextCursor;
    }
  }
}

const cursor = (after: string | undefined): { cursor?: string } => (after === undefined ? {} : { cursor: after });

// Ids are lower-case UUIDs, whose text sorts as PostgreSQL sorts them.
const within =
  (upTo: string | undefined) =>
  ({ orderId }: { readonly orderId: string }): boolean =>
    upTo === undefined || orderId <= upTo;

function lesser(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
