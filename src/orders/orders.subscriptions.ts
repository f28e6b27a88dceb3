import { ShipmentDelivered, ShipmentDispatched } from '../shipments/shipments.contract.js';

/** What orders take from others. Data only: every host knows it, whatever it runs. */
export const ordersSubscriptions = {
  'order-shipping': { events: [ShipmentDispatched, ShipmentDelivered], from: 'beginning' },
} as const;
