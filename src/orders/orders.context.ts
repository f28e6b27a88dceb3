import { contractsIn } from '@isolith/contracts';
import { context, setting, wholeNumber, withPolicy } from '@isolith/isolith';
import { z } from 'zod';
import { ReleaseStock, ReserveStock, ReturnStock } from '../inventory/inventory.contract.js';
import { ChargePayment, PaymentSettled, RefundPayment, SettlePayment } from '../payments/payments.contract.js';
import { GetPrices } from '../products/products.contract.js';
import {
  CancelShipment,
  CreateShipment,
  ShipmentDelivered,
  ShipmentDispatched,
} from '../shipments/shipments.contract.js';
import * as contract from './orders.contract.js';

const DAY_MS = 24 * 60 * 60_000;

/**
 * A price of a few minutes ago is better than no order: whoever was shown another one says so, and is asked. Prices are
 * the same for everybody.
 */
const prices = withPolicy(GetPrices, {
  breaker: { openMs: 2_000 },
  bulkhead: { concurrency: 256, queue: 1_024 },
  timeoutMs: 2_000,
  fallback: {
    maxAgeMs: 15 * 60_000,
    maxEntries: 10_000,
    sameForAll: true,
    parts: {
      keys: ({ skus }) => skus,
      split: ({ prices: all }) => all.map((price) => [price.sku, { prices: [price] }] as const),
      join: (parts) => ({ prices: parts.flatMap(({ prices: one }) => one) }),
    },
  },
});

export const orders = context('orders', {
  contracts: contractsIn(contract),
  needs: [
    prices,
    ReserveStock,
    ReleaseStock,
    ReturnStock,
    ChargePayment,
    SettlePayment,
    RefundPayment,
    CreateShipment,
    CancelShipment,
  ],
  subscriptions: {
    'order-shipping': { events: [ShipmentDispatched, ShipmentDelivered], from: 'beginning' },
    // What the checkout waits for.
    'saga-events': { events: [PaymentSettled] },
  },
  settings: {
    PAYMENT_SETTLES_WITHIN_MS: wholeNumber(1_000, 30 * DAY_MS, DAY_MS),
    // Whoever says he was shown less by this share is given it.
    PRICE_TOLERANCE_PERCENT: wholeNumber(0, 50, 0),
    SHOP_CURRENCY: setting(
      'an ISO 4217 code such as EUR',
      z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default('EUR'),
    ),
  },
});
