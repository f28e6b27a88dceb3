import { contractsIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import { GetOrder } from '../orders/orders.contract.js';
import * as contract from './shipments.contract.js';

export const shipments = context('shipments', { contracts: contractsIn(contract), needs: [GetOrder] });
