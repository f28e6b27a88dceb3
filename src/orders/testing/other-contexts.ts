import { Injectable } from '@nestjs/common';
import { CommandHandler, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ReleaseStock, ReserveStock, ReturnStock } from '../../inventory/inventory.contract.js';
import { ChargePayment, RefundPayment, SettlePayment } from '../../payments/payments.contract.js';
import { GetPrices } from '../../products/products.contract.js';
import { CancelShipment, CreateShipment } from '../../shipments/shipments.contract.js';
import { Address } from '../orders.contract.js';
import { paymentId, shipmentId, trackingNumber } from './order-stories.js';

export const address: Address = Address.parse({
  name: 'Ada',
  line1: '1 Main St',
  city: 'London',
  postalCode: 'N1',
  country: 'GB',
});

const catalogue = [
  { sku: 'MUG-001', name: 'Mug', priceMinor: 1250, currency: 'EUR' },
  { sku: 'PEN-001', name: 'Pen', priceMinor: 99, currency: 'EUR' },
  { sku: 'USD-001', name: 'Dollar mug', priceMinor: 1250, currency: 'USD' },
  { sku: 'GOLD-001', name: 'Gold', priceMinor: 1_000_000_000, currency: 'EUR' },
];

type Sent = { readonly type: string; readonly orderId: string };

/** What the other contexts were asked for, and what a spec has them do when they are. */
@Injectable()
export class OtherContexts {
  private readonly sent: Sent[] = [];
  private readonly reactions = new Map<string, () => void | Promise<void>>();

  /** Runs when a message about this order arrives; a failure that it throws is the answer. */
  when(type: Sent['type'], orderId: string, react: () => void | Promise<void>): void {
    this.reactions.set(`${type} ${orderId}`, react);
  }

  /** Runs when a message of this type arrives, for whatever order. */
  always(type: Sent['type'], react: (() => void | Promise<void>) | undefined): void {
    if (react === undefined) this.reactions.delete(type);
    else this.reactions.set(type, react);
  }

  /** The types of the messages about an order, in the order of their arrival. */
  askedFor(orderId: string): string[] {
    return this.sent.filter((message) => message.orderId === orderId).map(({ type }) => type);
  }

  async receive(message: Sent): Promise<void> {
    this.sent.push(message);
    await this.reactions.get(`${message.type} ${message.orderId}`)?.();
    await this.reactions.get(message.type)?.();
  }
}

/** A handler of somebody else's command that does nothing but tell. */
const standIn = <C extends Sent, R>(message: new (input: never) => C, reply: R) => {
  @CommandHandler(message)
  class StandIn {
    constructor(private readonly others: OtherContexts) {}

    async execute(command: C): Promise<R> {
      await this.others.receive(command);
      return reply;
    }
  }
  return StandIn;
};

@QueryHandler(GetPrices)
class Prices implements IQueryHandler<GetPrices> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ skus, type }: GetPrices): Promise<{ prices: typeof catalogue }> {
    await this.others.receive({ type, orderId: 'none yet' });
    return { prices: catalogue.filter(({ sku }) => skus.includes(sku)) };
  }
}

export const otherContexts = [
  OtherContexts,
  Prices,
  standIn(ReserveStock, undefined),
  standIn(ReleaseStock, undefined),
  standIn(ReturnStock, undefined),
  standIn(ChargePayment, { paymentId }),
  standIn(SettlePayment, undefined),
  standIn(RefundPayment, undefined),
  standIn(CreateShipment, { shipmentId, trackingNumber }),
  standIn(CancelShipment, undefined),
];
