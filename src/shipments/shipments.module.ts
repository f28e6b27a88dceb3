import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { CancelShipmentHandler } from './features/cancel-shipment.js';
import { CreateShipmentHandler } from './features/create-shipment.js';
import { DeliverShipmentHandler } from './features/deliver-shipment.js';
import { DispatchShipmentHandler } from './features/dispatch-shipment.js';
import { GetShipmentHandler } from './features/get-shipment.js';
import { Shipments } from './infra/shipments.js';
import { shipmentsMigrations } from './infra/shipments.migrations.js';
import { shipments } from './shipments.context.js';

@Module({
  imports: [IsolithModule.forFeature(shipments, { migrations: shipmentsMigrations })],
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
