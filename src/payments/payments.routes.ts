import { GetPaymentRoute } from './features/get-payment.route.js';
import { ReconcileRoute } from './features/reconcile.route.js';
import { RefundPaymentRoute } from './features/refund-payment.route.js';

/** `reconciliation` comes before `:orderId`, so that it is not taken for an order. */
export const paymentsRoutes = [ReconcileRoute, GetPaymentRoute, RefundPaymentRoute];
