import { contractsIn } from '@isolith/contracts';
import { context, wholeNumber } from '@isolith/isolith';
import { CancelOrder, GetOrder, ListOrderTotals } from '../orders/orders.contract.js';
import { CancelShipment } from '../shipments/shipments.contract.js';
import * as contract from './payments.contract.js';

/** The sandbox provider stands for somebody else's system; its ledger is beside the rows of payments. */
export const SANDBOX = 'sandbox_provider';

const LONGEST_PAYMENT_TIMEOUT_MS = 60_000;

export const payments = context('payments', {
  contracts: contractsIn(contract),
  needs: [ListOrderTotals, GetOrder, CancelOrder, CancelShipment],
  settings: { PAYMENT_TIMEOUT_MS: wholeNumber(1, LONGEST_PAYMENT_TIMEOUT_MS, 2_000) },
  schemas: [SANDBOX],
});
