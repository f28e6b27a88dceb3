import { randomUUID } from 'node:crypto';
import type { DispatchOptions } from '@isolith/message-bus';
import { ResilienceRegistry } from '@isolith/resilience';
import { openContext, service, user, type RecordedFact } from '@isolith/testing';
import { CommandHandler, QueryHandler, type Command, type Query } from '@nestjs/cqrs';
import {
  CancelOrder,
  GetOrder,
  ListOrderTotals,
  OrderNotCancellable,
  type OrderStatus,
  type OrderTotal,
  type OrderView,
} from '../../orders/orders.contract.js';
import { CancelShipment, ShipmentAlreadyDispatched } from '../../shipments/shipments.contract.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../infra/provider/payment-provider.js';
import { SandboxLedger } from '../infra/provider/sandbox-ledger.js';
import { PaymentSettings } from '../infra/payment-settings.js';
import { Payments, type PaymentRow } from '../infra/payments.js';
import { payments } from '../payments.context.js';
import { ChargePayment } from '../payments.contract.js';
import { PaymentsModule } from '../payments.module.js';

/** The provider is asked several times, each with a timeout of its own. */
const ANSWERED_WITHIN_MS = 25_000;

/** How long a spec waits for the start: a busy machine needs its time for a database. */
export const STARTS_WITHIN_MS = 120_000;

/** Stands for the orders context, with the orders that a spec puts into it. */
@QueryHandler(ListOrderTotals)
export class OrdersOnTheOtherSide {
  readonly orders = new Map<string, OrderTotal>();
  /** Runs before each answer. */
  beforeAnswer: () => Promise<void> = async () => undefined;

  async execute({ limit, cursor }: ListOrderTotals): Promise<{ items: OrderTotal[]; nextCursor?: string }> {
    await this.beforeAnswer();
    const rest = [...this.orders.values()]
      .filter(({ orderId }) => cursor === undefined || orderId > cursor)
      .sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    return rest.length > limit && last !== undefined ? { items, nextCursor: last.orderId } : { items };
  }
}

/** Stands for the orders and shipments that a refund ends; says what became of them. */
export class RefundsOnTheOtherSide {
  readonly dispatched = new Set<string>();
  readonly heldBack = new Set<string>();
  readonly cancelled: string[] = [];
  /** What the orders are that can not be cancelled any more. */
  readonly ended = new Map<string, OrderStatus>();

  hold(orderId: string): void {
    if (this.dispatched.has(orderId)) throw new ShipmentAlreadyDispatched({ orderId });
    this.heldBack.add(orderId);
  }

  cancel(orderId: string): void {
    const status = this.ended.get(orderId);
    if (status !== undefined) throw new OrderNotCancellable({ orderId, status });
    this.cancelled.push(orderId);
  }
}

@CommandHandler(CancelShipment)
class HoldGoodsBack {
  constructor(private readonly others: RefundsOnTheOtherSide) {}

  async execute({ orderId }: CancelShipment): Promise<void> {
    this.others.hold(orderId);
  }
}

@CommandHandler(CancelOrder)
class CallOrderOff {
  constructor(private readonly others: RefundsOnTheOtherSide) {}

  async execute({ orderId }: CancelOrder): Promise<void> {
    this.others.cancel(orderId);
  }
}

@QueryHandler(GetOrder)
class ShowOrder {
  constructor(private readonly others: RefundsOnTheOtherSide) {}

  async execute({ orderId: id }: GetOrder): Promise<OrderView> {
    const status = this.others.ended.get(id) ?? 'shipped';
    return { id, customerId: randomUUID(), status, lines: [], totalMinor: 0, currency: 'EUR', history: [] };
  }
}

/** Payments with their sandbox provider as they run in a host, on databases of their own. Close it after use. */
export async function openPayments({ timeoutMs = 2_000 }: { timeoutMs?: number } = {}) {
  const opened = await openContext(payments, {
    module: PaymentsModule,
    standIns: [OrdersOnTheOtherSide, RefundsOnTheOtherSide, HoldGoodsBack, CallOrderOff, ShowOrder],
    replaced: [[PaymentSettings, new PaymentSettings(timeoutMs)]],
  });
  const rows = opened.get(Payments);
  const send = <R>(command: Command<R>, options: DispatchOptions = {}): Promise<R> =>
    opened.send(command, service('orders'), { timeoutMs: ANSWERED_WITHIN_MS, ...options });
  const charge = (
    orderId: string,
    paymentToken: string,
    options: DispatchOptions = {},
  ): Promise<{ paymentId: string }> =>
    send(new ChargePayment({ orderId, amountMinor: 2500, currency: 'EUR', paymentToken }), options);
  return {
    provider: opened.get<PaymentProvider>(PAYMENT_PROVIDER),
    ledger: opened.get(SandboxLedger),
    orders: opened.get(OrdersOnTheOtherSide),
    others: opened.get(RefundsOnTheOtherSide),
    registry: opened.get(ResilienceRegistry),
    /** Sends a command as the orders context. */
    send,
    charge,
    /** An order that has been paid for. */
    charged: async (): Promise<string> => {
      const orderId = randomUUID();
      await charge(orderId, 'tok_ok');
      return orderId;
    },
    sendAsUser: <R>(command: Command<R>, roles: readonly string[]): Promise<R> =>
      opened.send(command, user(randomUUID(), ...roles)),
    askAsUser: <R>(query: Query<R>, roles: readonly string[] = ['support']): Promise<R> =>
      opened.ask(query, user(randomUUID(), ...roles)),
    row: (orderId: string): Promise<PaymentRow | undefined> => opened.run(() => rows.find(orderId)),
    /** What payments have recorded of an order, in order. */
    recorded: (orderId: string): Promise<readonly RecordedFact[]> => opened.recorded(orderId),
    close: (): Promise<void> => opened.close(),
  };
}

export type PaymentsUnderTest = Awaited<ReturnType<typeof openPayments>>;
