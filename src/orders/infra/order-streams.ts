import { EventStore, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { decide } from '../domain/decide.js';
import { orderEvents, type OrderEvent } from '../domain/events.js';
import type { Intent } from '../domain/intents.js';
import { evolve, noOrder, type Order, type PlacedOrder } from '../domain/order.js';
import { OrderViews } from './order-views.js';

const streamOf = (orderId: string): string => `order-${orderId}`;
const aggregate = { initial: noOrder, evolve, events: orderEvents };

/** An order as it stands in its stream; what is decided on it holds only while the version does. */
export interface LoadedOrder {
  readonly orderId: string;
  readonly order: Order;
  readonly version: number;
}

/** The event streams of orders and, in the same unit, the views of what stands in them. */
@Injectable()
export class OrderStreams {
  constructor(
    private readonly store: EventStore,
    private readonly unit: UnitOfWork,
    private readonly views: OrderViews,
  ) {}

  async load(orderId: string): Promise<LoadedOrder> {
    const { state, version } = await this.store.load<Order, OrderEvent>(streamOf(orderId), aggregate);
    return { orderId, order: state, version };
  }

  /** An order that cannot exist yet, because its id has just been made. */
  unplaced(orderId: string): LoadedOrder {
    return { orderId, order: noOrder(), version: 0 };
  }

  /**
   * Decides and records, inside an open unit. Returns what was recorded, nothing when the intent has come true already.
   * Throws the failure that refuses the intent; a writer that was faster makes the unit's commit a ConcurrencyError.
   */
  change({ orderId, order, version }: LoadedOrder, intent: Intent): readonly OrderEvent[] {
    const events = decide(orderId, order, intent);
    let state = order;
    for (const event of events) {
      state = evolve(state, event);
      this.views.apply(event, requirePlaced(state));
    }
    if (events.length > 0) this.unit.append(streamOf(orderId), version, events);
    return events;
  }
}

function requirePlaced(order: Order): PlacedOrder {
  if (!order.placed) throw new Error('an event of an order was recorded before the order was placed');
  return order;
}
