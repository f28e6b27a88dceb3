import { DeliverShipmentRoute } from './features/deliver-shipment.route.js';
import { DispatchShipmentRoute } from './features/dispatch-shipment.route.js';
import { GetShipmentRoute } from './features/get-shipment.route.js';

export const shipmentsRoutes = [GetShipmentRoute, DispatchShipmentRoute, DeliverShipmentRoute];
