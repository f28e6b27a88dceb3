import { contractsIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import { CancelOrder, GetOrder, ListOrders, ReturnOrder } from '../orders/orders.contract.js';
import { GetProduct, SearchProducts } from '../products/products.contract.js';
import { GetUser } from '../users/users.contract.js';
import * as contract from './assistant.contract.js';

export const assistant = context('assistant', {
  contracts: contractsIn(contract),
  // What its tools send, each as the user whom the conversation is with; and who that is at the moment.
  needs: [GetUser, SearchProducts, GetProduct, GetOrder, ListOrders, CancelOrder, ReturnOrder],
});
