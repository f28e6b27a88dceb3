import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { ChargePaymentHandler } from './features/charge-payment.js';
import { GetPaymentHandler } from './features/get-payment.js';
import { ReconcileHandler } from './features/reconcile.js';
import { RefundPaymentHandler } from './features/refund-payment.js';
import { RefundSaga } from './features/refund.saga.js';
import { RequestRefundHandler } from './features/request-refund.js';
import { Payments } from './infra/payments.js';
import { paymentsMigrations } from './infra/payments.migrations.js';
import { Refunds } from './infra/refunds.js';
import { SettlePaymentHandler } from './features/settle-payment.js';
import { payments } from './payments.context.js';
import { ProviderCalls } from './infra/provider/provider-calls.js';
import { SandboxProviderModule } from './infra/provider/sandbox-provider.module.js';

@Module({
  imports: [
    SandboxProviderModule,
    IsolithModule.forFeature(payments, { migrations: paymentsMigrations, sagas: [RefundSaga] }),
  ],
  providers: [
    Payments,
    Refunds,
    ProviderCalls,
    RefundSaga,
    ChargePaymentHandler,
    SettlePaymentHandler,
    RefundPaymentHandler,
    RequestRefundHandler,
    GetPaymentHandler,
    ReconcileHandler,
  ],
})
export class PaymentsModule {}
