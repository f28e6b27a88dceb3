import { contractsIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import { ReleaseStock, ReserveStock } from '../stock/stock.contract.js';
import * as contract from './orders.contract.js';

/** What every host knows of orders. A host that could not reach what it needs does not start. */
export const orders = context('orders', { contracts: contractsIn(contract), needs: [ReserveStock, ReleaseStock] });
