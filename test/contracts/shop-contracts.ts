import { contractsIn, type AnyContractClass } from '@isolith/contracts';
import * as inventory from '../../src/inventory/inventory.contract.js';
import * as notifications from '../../src/notifications/notifications.contract.js';
import * as orders from '../../src/orders/orders.contract.js';
import * as payments from '../../src/payments/payments.contract.js';
import * as products from '../../src/products/products.contract.js';
import * as shipments from '../../src/shipments/shipments.contract.js';
import * as users from '../../src/users/users.contract.js';

/** Every contract of the shop. */
export const shopContracts: readonly AnyContractClass[] = [
  inventory,
  notifications,
  orders,
  payments,
  products,
  shipments,
  users,
].flatMap(contractsIn);
