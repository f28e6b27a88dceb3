import { contractsIn } from '@isolith/contracts';
import { HostSettings, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { z } from 'zod';
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
import * as contract from './inventory.contract.js';
import { inventorySubscriptions } from './inventory.subscriptions.js';

const demo = z.object({ SEED_DEMO: z.boolean() });

@Module({
  imports: [
    IsolithModule.forFeature({
      context: 'inventory',
      contracts: contractsIn(contract),
      subscriptions: {
        'stock-commits': { handlers: [OnShipmentDispatched], from: inventorySubscriptions['stock-commits'].from },
      },
      migrations: inventoryMigrations,
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
    {
      provide: SeedDemoStock,
      inject: [HostLifecycle, HostSettings, UnitOfWork, Stock],
      useFactory: (lifecycle: HostLifecycle, host: HostSettings, unit: UnitOfWork, stock: Stock) => {
        const seed = new SeedDemoStock(unit, stock);
        if (host.read(demo).SEED_DEMO) lifecycle.join(seed);
        return seed;
      },
    },
  ],
})
export class InventoryModule {}
