/** What goes between the contexts: by a call in one process, as JSON over the broker between two. */
export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export interface Price {
  readonly sku: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly currency: string;
}

export interface NewOrder {
  readonly customerId: string;
  readonly lines: readonly Line[];
  readonly paymentToken: string;
  readonly address: object;
}

export interface Confirmed {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly trackingNumber: string;
}

/** The contexts around orders, wherever they are. */
export interface Others {
  prices(skus: readonly string[]): Promise<readonly Price[]>;
  reserve(command: { id: string; orderId: string; lines: readonly Line[] }): Promise<void>;
  charge(command: {
    id: string;
    orderId: string;
    amountMinor: number;
    currency: string;
    token: string;
  }): Promise<{ paymentId: string }>;
  ship(command: {
    id: string;
    orderId: string;
    lines: readonly Line[];
    address: object;
  }): Promise<{ trackingNumber: string }>;
  /** Resolves when it is certain that it will be heard of. */
  confirmed(event: Confirmed): Promise<void>;
}

/** What stands beside an event. */
export const metadata = (id: string, orderId: string): string =>
  JSON.stringify({
    id,
    correlationid: orderId.replaceAll('-', ''),
    causationid: orderId,
    principal: { service: 'orders', roles: [] },
  });
