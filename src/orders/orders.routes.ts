import { CancelOrderRoute } from './features/cancel-order.route.js';
import { GetOrderRoute } from './features/get-order.route.js';
import { ListOrdersRoute } from './features/list-orders.route.js';
import { PlaceOrderRoute } from './features/place-order.route.js';
import { ReturnOrderRoute } from './features/return-order.route.js';

export const ordersRoutes = [PlaceOrderRoute, ListOrdersRoute, GetOrderRoute, CancelOrderRoute, ReturnOrderRoute];
