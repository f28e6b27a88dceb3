import { contractsIn } from '@isolith/contracts';
import { context, setting } from '@isolith/isolith';
import { z } from 'zod';
import { ReleaseStock, ReserveStock, ReturnStock } from '../inventory/inventory.contract.js';
import { ChargePayment, RefundPayment } from '../payments/payments.contract.js';
import { GetPrices } from '../products/products.contract.js';
import {
  CancelShipment,
  CreateShipment,
  ShipmentDelivered,
  ShipmentDispatched,
} from '../shipments/shipments.contract.js';
import * as contract from './orders.contract.js';

export const orders = context('orders', {
  contracts: contractsIn(contract),
  needs: [
    GetPrices,
    ReserveStock,
    ReleaseStock,
    ReturnStock,
    ChargePayment,
    RefundPayment,
    CreateShipment,
    CancelShipment,
  ],
  subscriptions: {
    'order-shipping': { events: [ShipmentDispatched, ShipmentDelivered], from: 'beginning' },
  },
  settings: {
    SHOP_CURRENCY: setting(
      'an ISO 4217 code such as EUR',
      z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default('EUR'),
    ),
  },
});
