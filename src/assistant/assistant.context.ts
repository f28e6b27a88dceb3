import { callApprovalContracts } from '@isolith/agents';
import { contractsIn } from '@isolith/contracts';
import { context, operationsOf, setting } from '@isolith/isolith';
import { z } from 'zod';
import { GetStock } from '../inventory/inventory.contract.js';
import { CancelOrder, GetOrder, ListOrders, ReturnOrder } from '../orders/orders.contract.js';
import { GetPayment, Reconcile, RequestRefund } from '../payments/payments.contract.js';
import { GetProduct, SearchProducts } from '../products/products.contract.js';
import { GetShipment } from '../shipments/shipments.contract.js';
import { GetUser } from '../users/users.contract.js';
import * as contract from './assistant.contract.js';

/** What operators are told of sagas and of what was set aside, where there are any. */
const sagas = ['orders', 'payments'].map(operationsOf);
const subscribers = ['orders', 'notifications'].map(operationsOf);

export const assistant = context('assistant', {
  contracts: [...contractsIn(contract), ...callApprovalContracts('assistant')],
  needs: [
    // Who the user of a conversation is by now.
    GetUser,
    // The tools of its agents.
    SearchProducts,
    GetProduct,
    GetOrder,
    ListOrders,
    CancelOrder,
    ReturnOrder,
    GetPayment,
    Reconcile,
    RequestRefund,
    GetShipment,
    GetStock,
    ...sagas.flatMap(({ ListSagas, ShowSaga, OperateSaga }) => [ListSagas, ShowSaga, OperateSaga]),
    ...subscribers.flatMap(({ ListParked, GroupParked, ReplaySequence }) => [ListParked, GroupParked, ReplaySequence]),
  ],
  settings: {
    ASSISTANT_MODEL: setting(
      'off, demo, anthropic or openai-compatible',
      z.enum(['off', 'demo', 'anthropic', 'openai-compatible']).default('off'),
    ),
    ASSISTANT_MODEL_NAME: setting(
      'what the provider calls the model, up to 200 visible ASCII characters without spaces',
      z
        .string()
        .regex(/^[\x21-\x7e]{1,200}$/)
        .optional(),
    ),
    ASSISTANT_API_KEY: setting(
      'up to 500 visible ASCII characters without spaces',
      z
        .string()
        .regex(/^[\x21-\x7e]{1,500}$/)
        .optional(),
      { secret: true },
    ),
    ASSISTANT_BASE_URL: setting(
      'a URL http(s)://host',
      z
        .url({ protocol: /^https?$/ })
        .max(500)
        .optional(),
    ),
  },
});
