import { application, lazily } from '@isolith/isolith';
import { orders } from './orders/orders.context.js';
import { stock } from './stock/stock.context.js';

/** The one list of contexts, each with where its code is. A host loads the code of what it runs, and nothing else. */
export const app = application('my-app', [
  lazily(stock, {
    module: async () => (await import('./stock/stock.module.js')).StockModule,
    routes: async () => (await import('./stock/stock.routes.js')).stockRoutes,
  }),
  lazily(orders, {
    module: async () => (await import('./orders/orders.module.js')).OrdersModule,
    routes: async () => (await import('./orders/orders.routes.js')).ordersRoutes,
  }),
]);
