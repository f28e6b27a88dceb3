import { contractsIn } from '@isolith/contracts';
import { context, flag } from '@isolith/isolith';
import { ShipmentDispatched } from '../shipments/shipments.contract.js';
import * as contract from './inventory.contract.js';

export const inventory = context('inventory', {
  contracts: contractsIn(contract),
  subscriptions: {
    'stock-commits': { events: [ShipmentDispatched], from: 'beginning' },
  },
  settings: { SEED_DEMO: flag(false) },
});
