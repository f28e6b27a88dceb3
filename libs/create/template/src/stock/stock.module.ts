import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { GetStockHandler } from './features/get-stock.js';
import { OnOrderCancelled } from './features/on-order-cancelled.js';
import { ReceiveStockHandler } from './features/receive-stock.js';
import { ReleaseStockHandler } from './features/release-stock.js';
import { ReserveStockHandler } from './features/reserve-stock.js';
import { Reservations } from './infra/reservations.js';
import { stockMigrations } from './infra/stock.migrations.js';
import { stock } from './stock.context.js';

@Module({
  imports: [
    IsolithModule.forFeature(stock, {
      migrations: stockMigrations,
      subscriptions: { 'cancelled-orders': [OnOrderCancelled] },
    }),
  ],
  providers: [
    ReceiveStockHandler,
    ReserveStockHandler,
    ReleaseStockHandler,
    GetStockHandler,
    OnOrderCancelled,
    Reservations,
  ],
})
export class StockModule {}
