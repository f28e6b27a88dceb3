import { Aggregates, type Projection, Projections } from '@isolith/event-sourcing';
import { EventSourcingModule } from '@isolith/event-sourcing/nest';
import { UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Pool } from 'pg';
import type { Surroundings } from '../../harness/contestant.js';
import { basket, snappedBasket } from './basket.js';
import { BASKETS, LineAdded, POOL_SIZE } from './line-added.js';

export interface OurJournal {
  readonly unit: UnitOfWork;
  readonly aggregates: Aggregates;
  readonly projections: Projections;
  /** For what the bench itself looks up; a connection of its own. */
  readonly pool: Pool;
  readonly close: () => Promise<void>;
}

/** A context of a host, as an application has it. */
export async function openOurJournal(
  { databaseUrl }: Surroundings,
  projections: readonly Projection[] = [],
): Promise<OurJournal> {
  @Module({
    imports: [
      MessageBusModule.forFeature({ context: BASKETS, contracts: [LineAdded] }),
      JournalModule.forFeature({ context: BASKETS }),
      EventSourcingModule.forFeature({ context: BASKETS, aggregates: [basket, snappedBasket], projections }),
    ],
  })
  class BasketsModule {}

  @Module({
    imports: [
      MessageBusModule.forRoot({ placement: { here: [BASKETS] } }),
      JournalModule.forRoot({ targetOf: () => ({ kind: 'postgres', url: databaseUrl, poolSize: POOL_SIZE }) }),
      BasketsModule,
    ],
  })
  class AppModule {}

  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  return {
    unit: app.get(UnitOfWork, { strict: false }),
    projections: app.get(Projections, { strict: false }),
    aggregates: app.get(Aggregates, { strict: false }),
    pool,
    close: async () => {
      await pool.end();
      await app.close();
    },
  };
}
