import { UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import type { Intent } from '../domain/intents.js';
import { OrderStreams } from './order-streams.js';

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

/** What the steps of an order's processes share: load, decide, record. */
@Injectable()
export class ChangeOrder {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly orders: OrderStreams,
  ) {}

  /** `inUnit` joins the transaction. Throws the failure that refuses the intent. */
  async run(orderId: string, intent: WithoutTime<Intent>, inUnit?: () => void): Promise<void> {
    const loaded = await this.orders.load(orderId);
    const at = new Date().toISOString();
    await this.unit.run(async () => {
      this.orders.change(loaded, { ...intent, at });
      inUnit?.();
    });
  }
}
