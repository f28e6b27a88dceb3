import { GetStockRoute } from './features/get-stock.route.js';
import { ReceiveStockRoute } from './features/receive-stock.route.js';

export const stockRoutes = [ReceiveStockRoute, GetStockRoute];
