import { randomUUID } from 'node:crypto';
import { JournalModule } from '@isolith/journal/nest';
import { openTestDatabase } from '@isolith/journal/testing';
import { runAs, runInScope, withOptions, type DispatchOptions } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { ResilienceRegistry } from '@isolith/resilience';
import { Global, Module } from '@nestjs/common';
import { CommandBus, CommandHandler, QueryBus, QueryHandler, type Command, type Query } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { ContextDatabase } from '@isolith/journal';
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
import { ChargePayment } from '../payments.contract.js';
import { PaymentsModule } from '../payments.module.js';

/** How long a spec waits for the start: a busy machine needs its time for a database. */
export const STARTS_WITHIN_MS = 120_000;

const EventRow = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

@Global()
@Module({
  providers: [{ provide: ResilienceRegistry, useFactory: () => new ResilienceRegistry() }],
  exports: [ResilienceRegistry],
})
class ResilienceModule {}

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
  const place = await openTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['payments', 'orders', 'shipments'] }, requestTimeoutMs: 25_000 }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      ResilienceModule,
      PaymentsModule,
    ],
    providers: [OrdersOnTheOtherSide, RefundsOnTheOtherSide, HoldGoodsBack, CallOrderOff, ShowOrder],
  })
    .overrideProvider(PaymentSettings)
    .useValue(new PaymentSettings(timeoutMs))
    .compile();
  // The specs provoke errors; what they see of them is what counts.
  module.useLogger(false);
  await module.init();
  const commands = module.get(CommandBus);
  const queries = module.get(QueryBus);
  const payments = module.select(PaymentsModule);
  const database = payments.get(ContextDatabase, { strict: false });
  const rows = payments.get(Payments);
  const send = <R>(command: Command<R>, options: DispatchOptions = {}): Promise<R> =>
    runAs('orders', () => commands.execute(withOptions(command, options)));
  const as = (roles: readonly string[]) => ({
    context: 'gateway',
    principal: { service: 'gateway', user: randomUUID(), roles },
    correlationId: 'spec',
  });
  return {
    provider: module.get<PaymentProvider>(PAYMENT_PROVIDER, { strict: false }),
    ledger: module.get(SandboxLedger, { strict: false }),
    orders: module.get(OrdersOnTheOtherSide),
    others: module.get(RefundsOnTheOtherSide),
    registry: module.get(ResilienceRegistry, { strict: false }),
    /** Sends a command as the orders context. */
    send,
    charge: (orderId: string, paymentToken: string, options: DispatchOptions = {}): Promise<{ paymentId: string }> =>
      send(new ChargePayment({ orderId, amountMinor: 2500, currency: 'EUR', paymentToken }), options),
    sendAsUser: <R>(command: Command<R>, roles: readonly string[]): Promise<R> =>
      runInScope(as(roles), () => commands.execute(command)),
    askAsUser: <R>(query: Query<R>, roles: readonly string[] = ['support']): Promise<R> =>
      runInScope(as(roles), () => queries.execute(query)),
    row: (orderId: string): Promise<PaymentRow | undefined> => runAs('payments', () => rows.find(orderId)),
    /** What payments have recorded of an order, in order. */
    recorded: (orderId: string): Promise<z.output<typeof EventRow>[]> =>
      runAs('payments', () =>
        database.query(EventRow, 'SELECT type, data FROM payments.journal WHERE key = $1 ORDER BY position', [orderId]),
      ),
    close: async (): Promise<void> => {
      await module.close();
      await place.drop();
    },
  };
}

export type PaymentsUnderTest = Awaited<ReturnType<typeof openPayments>>;
