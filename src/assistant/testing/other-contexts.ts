import { randomUUID } from 'node:crypto';
import { currentPrincipal, ownOnly, owns } from '@isolith/message-bus';
import type { Principal } from '@isolith/contracts';
import { Injectable } from '@nestjs/common';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { z } from 'zod';
import { GetStock, type StockLevel } from '../../inventory/inventory.contract.js';
import {
  CancelOrder,
  GetOrder,
  ListOrders,
  OrderNotFound,
  ReturnOrder,
  type OrderStatus,
  type OrderView,
} from '../../orders/orders.contract.js';
import {
  GetPayment,
  PaymentNotFound,
  Reconcile,
  Reconciliation,
  RequestRefund,
} from '../../payments/payments.contract.js';
import { GetProduct, ProductNotFound, SearchProducts, type Product } from '../../products/products.contract.js';
import { GetShipment, ShipmentNotFound } from '../../shipments/shipments.contract.js';
import { GetUser, UserNotFound, type Account, type Role } from '../../users/users.contract.js';

/** What the other contexts hold, and what they were asked to do and for whom. */
@Injectable()
export class OtherContexts {
  readonly roles = new Map<string, readonly Role[]>();
  readonly orders = new Map<string, OrderView>();
  readonly products: Product[] = [];
  /** Commands that had their effect. */
  readonly done: { readonly command: string; readonly orderId: string; readonly principal: Principal }[] = [];

  user(...roles: readonly Role[]): string {
    const id = randomUUID();
    this.roles.set(id, roles.length === 0 ? ['customer'] : roles);
    return id;
  }

  order(customerId: string, status: OrderStatus = 'confirmed', name = 'Mug'): string {
    const id = randomUUID();
    const lines = [{ sku: 'MUG-001', name, quantity: 1, unitPriceMinor: 1250 }];
    const history = [{ status, at: new Date().toISOString() }];
    this.orders.set(id, { id, customerId, status, lines, totalMinor: 1250, currency: 'EUR', history });
    return id;
  }

  /** The order, as its own context shows it to who may see it. */
  seen(orderId: string): OrderView {
    const found = this.orders.get(orderId);
    if (!owns(found?.customerId ?? '') || found === undefined) throw new OrderNotFound({ orderId });
    return found;
  }

  change(command: string, orderId: string, status: OrderStatus): void {
    const order = this.seen(orderId);
    this.done.push({ command, orderId, principal: currentPrincipal() });
    this.orders.set(orderId, { ...order, status });
  }
}

@QueryHandler(GetUser)
class Users implements IQueryHandler<GetUser> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ userId }: GetUser): Promise<Account> {
    const roles = this.others.roles.get(userId);
    if (!owns(userId) || roles === undefined) throw new UserNotFound({ userId });
    const createdAt = new Date().toISOString();
    return { id: userId, email: 'ada@example.com', name: 'Ada', roles: [...roles], createdAt };
  }
}

@QueryHandler(GetOrder)
class Order implements IQueryHandler<GetOrder> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ orderId }: GetOrder): Promise<OrderView> {
    return this.others.seen(orderId);
  }
}

@QueryHandler(ListOrders)
class Orders implements IQueryHandler<ListOrders> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ limit }: ListOrders): Promise<{ items: OrderView[] }> {
    const own = ownOnly();
    const found = [...this.others.orders.values()].filter(({ customerId }) => own === undefined || customerId === own);
    return { items: found.toReversed().slice(0, limit) };
  }
}

@CommandHandler(CancelOrder)
class Cancelling implements ICommandHandler<CancelOrder> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ type, orderId }: CancelOrder): Promise<void> {
    this.others.change(type, orderId, 'cancelled');
  }
}

@CommandHandler(ReturnOrder)
class Returning implements ICommandHandler<ReturnOrder> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ type, orderId }: ReturnOrder): Promise<void> {
    this.others.change(type, orderId, 'returned');
  }
}

@CommandHandler(RequestRefund)
class Refunding implements ICommandHandler<RequestRefund> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ type, orderId }: RequestRefund): Promise<void> {
    this.others.done.push({ command: type, orderId, principal: currentPrincipal() });
  }
}

@QueryHandler(GetProduct)
class OneProduct implements IQueryHandler<GetProduct> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ sku }: GetProduct): Promise<Product> {
    const product = this.others.products.find((one) => one.sku === sku);
    if (product === undefined) throw new ProductNotFound({ sku });
    return product;
  }
}

@QueryHandler(SearchProducts)
class Catalogue implements IQueryHandler<SearchProducts> {
  constructor(private readonly others: OtherContexts) {}

  async execute({ limit }: SearchProducts): Promise<{ items: Product[] }> {
    return { items: this.others.products.slice(0, limit) };
  }
}

@QueryHandler(GetPayment)
class Payment implements IQueryHandler<GetPayment> {
  async execute({ orderId }: GetPayment): Promise<never> {
    throw new PaymentNotFound({ orderId });
  }
}

@QueryHandler(GetShipment)
class Shipment implements IQueryHandler<GetShipment> {
  async execute({ orderId }: GetShipment): Promise<never> {
    throw new ShipmentNotFound({ orderId });
  }
}

@QueryHandler(GetStock)
class Stock implements IQueryHandler<GetStock> {
  async execute({ sku }: GetStock): Promise<StockLevel> {
    return { sku, onHand: 1, reserved: 0, available: 1 };
  }
}

@QueryHandler(Reconcile)
class Books implements IQueryHandler<Reconcile> {
  async execute(): Promise<z.output<typeof Reconciliation>> {
    const nothing = { pending: [], pendingCount: 0, differences: [], differenceCount: 0 };
    return { capturedMinor: 0, refundedMinor: 0, confirmedOrdersMinor: 0, ...nothing };
  }
}

export const otherContexts = [
  OtherContexts,
  Users,
  Order,
  Orders,
  Cancelling,
  Returning,
  Refunding,
  OneProduct,
  Catalogue,
  Payment,
  Shipment,
  Stock,
  Books,
];
