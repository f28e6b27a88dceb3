import { contractsIn } from '@isolith/contracts';
import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { GetOrder } from '../orders/orders.contract.js';
import { CancelShipmentHandler } from './features/cancel-shipment.js';
import { CreateShipmentHandler } from './features/create-shipment.js';
import { DeliverShipmentHandler } from './features/deliver-shipment.js';
import { DispatchShipmentHandler } from './features/dispatch-shipment.js';
import { GetShipmentHandler } from './features/get-shipment.js';
import { Shipments } from './infra/shipments.js';
import { shipmentsMigrations } from './infra/shipments.migrations.js';
import * as contract from './shipments.contract.js';

@Module({
  imports: [
    IsolithModule.forFeature({
      context: 'shipments',
      contracts: contractsIn(contract),
      needs: [GetOrder],
      migrations: shipmentsMigrations,
    }),
  ],
  providers: [
    Shipments,
    CreateShipmentHandler,
    CancelShipmentHandler,
    DispatchShipmentHandler,
    DeliverShipmentHandler,
    GetShipmentHandler,
  ],
})
export class ShipmentsModule {}
