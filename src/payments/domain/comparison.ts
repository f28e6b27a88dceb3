import { MAX_LISTED, type Difference, type PendingOrder } from '../payments.contract.js';

/** What the provider's ledger says of an order. */
export interface LedgerEntry {
  readonly orderId: string;
  readonly currency: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}

export interface OrderTotal {
  readonly orderId: string;
  readonly status: string;
  readonly totalMinor: number;
  readonly currency: string;
  readonly settled: boolean;
}

/**
 * What was read about some orders, in this order: the orders, the payments under way, the provider's ledger, the orders
 * again.
 */
export interface Readings {
  readonly before: readonly OrderTotal[];
  readonly unfinished: ReadonlySet<string>;
  readonly ledger: readonly LedgerEntry[];
  readonly after: readonly OrderTotal[];
}

export interface ComparisonResult {
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly confirmedOrdersMinor: number;
  readonly pending: PendingOrder[];
  readonly pendingCount: number;
  readonly differences: Difference[];
  readonly differenceCount: number;
}

const PAID: readonly string[] = ['confirmed', 'shipped', 'delivered'];

/**
 * Compares the books of orders and provider, some orders at a time.
 *
 * Two databases cannot be read at one moment. An order is compared only if it was settled, and the same, before and
 * after the ledger was read; then nobody was moving its money while it was read. All others are pending. An order is
 * placed before it is charged, so money of an order that the second reading does not have belongs to none.
 */
export class Comparison {
  // Sums over many orders may leave the range in which numbers are exact.
  private captured = 0n;
  private refunded = 0n;
  private confirmed = 0n;
  private readonly pending: PendingOrder[] = [];
  private pendingCount = 0;
  private readonly differences: Difference[] = [];
  private differenceCount = 0;

  add({ before, unfinished, ledger, after }: Readings): void {
    const earlier = new Map(before.map((order) => [order.orderId, order]));
    const held = new Map(ledger.map((entry) => [entry.orderId, entry]));
    for (const { capturedMinor, refundedMinor } of ledger) {
      this.captured += BigInt(capturedMinor);
      this.refunded += BigInt(refundedMinor);
    }
    for (const order of after) {
      if (PAID.includes(order.status)) this.confirmed += BigInt(order.totalMinor);
      const then = earlier.get(order.orderId);
      const steady =
        then?.settled === true && order.settled && then.status === order.status && !unfinished.has(order.orderId);
      if (steady) this.compare(order, held.get(order.orderId));
      else this.await(order);
      held.delete(order.orderId);
    }
    for (const entry of held.values()) this.orphan(entry);
  }

  /** Throws a RangeError when a sum is more than a JSON number holds exactly. */
  result(): ComparisonResult {
    return {
      capturedMinor: exact('capturedMinor', this.captured),
      refundedMinor: exact('refundedMinor', this.refunded),
      confirmedOrdersMinor: exact('confirmedOrdersMinor', this.confirmed),
      pending: this.pending,
      pendingCount: this.pendingCount,
      differences: this.differences,
      differenceCount: this.differenceCount,
    };
  }

  private compare({ orderId, status, totalMinor, currency }: OrderTotal, entry: LedgerEntry | undefined): void {
    const expectedMinor = PAID.includes(status) ? totalMinor : 0;
    const heldMinor = entry === undefined ? 0 : entry.capturedMinor - entry.refundedMinor;
    if (heldMinor !== expectedMinor) {
      const kind =
        heldMinor === 0 ? 'order-without-capture' : expectedMinor === 0 ? 'captured-without-order' : 'amount';
      this.differ({ orderId, kind, heldMinor, expectedMinor });
    } else if (entry !== undefined && heldMinor > 0 && entry.currency !== currency) {
      this.differ({ orderId, kind: 'currency', heldMinor, expectedMinor });
    }
  }

  private orphan({ orderId, capturedMinor, refundedMinor }: LedgerEntry): void {
    const heldMinor = capturedMinor - refundedMinor;
    if (heldMinor > 0) this.differ({ orderId, kind: 'captured-without-order', heldMinor, expectedMinor: 0 });
  }

  private differ(difference: Difference): void {
    this.differenceCount += 1;
    if (this.differences.length < MAX_LISTED) this.differences.push(difference);
  }

  private await({ orderId, status, totalMinor }: OrderTotal): void {
    this.pendingCount += 1;
    if (this.pending.length < MAX_LISTED) this.pending.push({ orderId, status, totalMinor });
  }
}

function exact(what: string, sum: bigint): number {
  if (sum > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(`${what} is ${sum}, more than a JSON number holds exactly`);
  return Number(sum);
}
