import { CancelOrderRoute } from './features/cancel-order.route.js';
import { GetOrderRoute } from './features/get-order.route.js';
import { PlaceOrderRoute } from './features/place-order.route.js';

export const ordersRoutes = [PlaceOrderRoute, CancelOrderRoute, GetOrderRoute];
