import { afterEach, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { projection, Projections } from '@isolith/event-sourcing';
import { EventSourcingModule } from '@isolith/event-sourcing/nest';
import { UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { runAs } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Metrics } from '@isolith/observability';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { ProjectionMetrics } from './projection-metrics.js';

class Sold extends event('shop.sold', { input: z.object({ sku: z.string() }), key: 'sku' }) {}

/** Refuses what is called so. */
const sales = projection({
  name: 'sales',
  version: 1,
  events: [Sold],
  table: (name) => [`CREATE TABLE ${name} (sku text NOT NULL)`],
  apply: ({ sku }, { table, write }) => {
    if (sku === 'unsaleable') throw new Error('this can not be sold');
    write(`INSERT INTO ${table} VALUES ($1)`, [sku]);
  },
});

const metrics = new Metrics('shop');

@Module({
  imports: [
    MessageBusModule.forRoot({ placement: { here: ['shop'] } }),
    MessageBusModule.forFeature({ context: 'shop', contracts: [Sold] }),
    JournalModule.forRoot({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }) }),
    JournalModule.forFeature({ context: 'shop' }),
    EventSourcingModule.forFeature({ context: 'shop', projections: [sales] }),
  ],
  providers: [{ provide: Metrics, useValue: metrics }, ProjectionMetrics],
})
class AppModule {}

let app: INestApplicationContext | undefined;
afterEach(() => app?.close());

const valueOf = async (name: string): Promise<number | undefined> => {
  const [, value] = new RegExp(`^${name}\\{(.*)\\} (.*)$`, 'm').exec((await metrics.render()).body)?.slice(1) ?? [];
  return value === undefined ? undefined : Number(value);
};

it('show how far a projection is behind in events and in seconds, once the host has started', async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(false);
  app = module;
  expect(await valueOf('projection_lag_events')).toBeUndefined();
  await module.init();
  const [unit, projections] = [app.get(UnitOfWork, { strict: false }), app.get(Projections, { strict: false })];
  const sell = (sku: string): Promise<void> =>
    runAs('shop', () => unit.run(async () => unit.append(sku, 0, [new Sold({ sku })])));
  await sell('mug');
  await projections.caughtUp(sales, { withinMs: 60_000 });
  expect((await metrics.render()).body).toContain(
    'projection_lag_events{projection="shop.sales",status="live",service="shop"} 0',
  );
  expect(await valueOf('projection_lag_seconds')).toBe(0);
  await sell('unsaleable');
  expect(await valueOf('projection_lag_events')).toBe(1);
  expect(await valueOf('projection_lag_seconds')).toBeGreaterThan(0);
});
