import { GetPaymentRoute } from './features/get-payment.route.js';
import { ReconcileRoute } from './features/reconcile.route.js';
import { RequestRefundRoute } from './features/request-refund.route.js';

/** `reconciliation` comes before `:orderId`, so that it is not taken for an order. */
export const paymentsRoutes = [ReconcileRoute, GetPaymentRoute, RequestRefundRoute];
