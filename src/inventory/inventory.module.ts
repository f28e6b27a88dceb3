import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { GetStockHandler } from './features/get-stock.js';
import { OnShipmentDispatched } from './features/on-shipment-dispatched.js';
import { ReceiveStockHandler } from './features/receive-stock.js';
import { ReleaseStockHandler } from './features/release-stock.js';
import { ReserveStockHandler } from './features/reserve-stock.js';
import { ReturnStockHandler } from './features/return-stock.js';
import { SeedDemoStock } from './features/seed-demo-stock.js';
import { inventoryMigrations } from './infra/inventory.migrations.js';
import { Reservations } from './infra/reservations.js';
import { Stock } from './infra/stock.js';
import { inventory } from './inventory.context.js';

@Module({
  imports: [
    IsolithModule.forFeature(inventory, {
      subscriptions: { 'stock-commits': [OnShipmentDispatched] },
      migrations: inventoryMigrations,
      seeds: [SeedDemoStock],
    }),
  ],
  providers: [
    Stock,
    Reservations,
    ReceiveStockHandler,
    GetStockHandler,
    ReserveStockHandler,
    ReleaseStockHandler,
    ReturnStockHandler,
    OnShipmentDispatched,
    SeedDemoStock,
  ],
})
export class InventoryModule {}
