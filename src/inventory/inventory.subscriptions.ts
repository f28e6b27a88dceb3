import { ShipmentDispatched } from '../shipments/shipments.contract.js';

export const inventorySubscriptions = {
  'stock-commits': { events: [ShipmentDispatched], from: 'beginning' },
} as const;
