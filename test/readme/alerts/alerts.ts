import { context, IsolithModule } from '@isolith/isolith';
import { choreography, when } from '@isolith/saga';
import { Module } from '@nestjs/common';
import { Reorder, StockLow } from './contracts.js';

/** What runs low is ordered anew. */
export const lowStock = choreography({
  name: 'alerts.low-stock',
  on: [when(StockLow, { send: Reorder, with: ({ sku, left }) => new Reorder({ sku, amount: 10 - left }) })],
});

export const alerts = context('alerts', { subscriptions: { 'low-stock': lowStock } });

@Module({ imports: [IsolithModule.forFeature(alerts)] })
export class AlertsModule {}
