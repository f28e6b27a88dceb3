import { command, service } from '@isolith/contracts';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { runAs } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { saga, Sagas } from '@isolith/saga';
import { SagaModule } from '@isolith/saga/nest';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { charge, issueTicket, requireAll, requireWhole, takeSeat } from './steps.js';

const CONNECTIONS = 16;
const PATIENCE_MS = 30_000;

const input = z.object({ tripId: z.string() });
class TakeSeat extends command('desk.take-seat', {
  input,
  output: z.object({ seat: z.string() }),
  access: [service('trips')],
}) {}
class FreeSeat extends command('desk.free-seat', { input, access: [service('trips')] }) {}
class Charge extends command('desk.charge', {
  input,
  output: z.object({ payment: z.string() }),
  access: [service('trips')],
}) {}
class IssueTicket extends command('desk.issue-ticket', {
  input,
  output: z.object({ ticket: z.string() }),
  access: [service('trips')],
}) {}

@CommandHandler(TakeSeat)
class TakeSeatHandler {
  execute({ tripId }: TakeSeat) {
    return takeSeat(tripId);
  }
}

@CommandHandler(FreeSeat)
class FreeSeatHandler {
  async execute(_command: FreeSeat) {
    throw new Error('nothing is undone here');
  }
}

@CommandHandler(Charge)
class ChargeHandler {
  execute({ tripId }: Charge) {
    return charge(tripId);
  }
}

@CommandHandler(IssueTicket)
class IssueTicketHandler {
  execute({ tripId }: IssueTicket) {
    return issueTicket(tripId);
  }
}

const Booking = z.object({
  tripId: z.string(),
  seat: z.string().optional(),
  payment: z.string().optional(),
  ticket: z.string().optional(),
});
type Booking = z.output<typeof Booking>;

@Injectable()
class BookingSaga {
  readonly definition = saga({
    name: 'trips.booking',
    state: Booking,
    steps: (step) => [
      step({
        name: 'seat',
        invoke: ({ tripId }) => new TakeSeat({ tripId }),
        extend: (trip, reply) => ({ ...trip, ...reply }),
        compensate: ({ tripId }) => new FreeSeat({ tripId }),
      }),
      step({
        name: 'payment',
        invoke: ({ tripId }) => new Charge({ tripId }),
        extend: (trip, reply) => ({ ...trip, ...reply }),
        pivot: true,
      }),
      step({
        name: 'ticket',
        invoke: ({ tripId }) => new IssueTicket({ tripId }),
        extend: (trip, reply) => ({ ...trip, ...reply }),
        retriable: true,
      }),
    ],
  });
}

export const open = async ({ databaseUrl }: Surroundings): Promise<Contestant> => {
  @Module({
    imports: [
      JournalModule.forFeature({ context: 'trips' }),
      SagaModule.forFeature({ context: 'trips', sagas: [BookingSaga] }),
    ],
    providers: [BookingSaga],
  })
  class TripsModule {}

  @Module({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['trips', 'desk'] } }),
      JournalModule.forRoot({ targetOf: () => ({ kind: 'postgres', url: databaseUrl, poolSize: CONNECTIONS }) }),
      TripsModule,
    ],
    providers: [TakeSeatHandler, FreeSeatHandler, ChargeHandler, IssueTicketHandler],
  })
  class AppModule {}

  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
  const [unit, sagas, { definition }, database] = [
    app.get(UnitOfWork, { strict: false }),
    app.get(Sagas, { strict: false }),
    app.get(BookingSaga, { strict: false }),
    app.get(ContextDatabase, { strict: false }),
  ];
  let started = 0;
  let completed = 0;

  const run = async (): Promise<void> => {
    const tripId = `trip-${(started += 1)}`;
    await unit.run(() => sagas.begin(definition, tripId, { tripId }));
    const status = await sagas.ended(definition, tripId, AbortSignal.timeout(PATIENCE_MS));
    if (status !== 'completed') throw new Error(`${tripId} ended ${status}`);
    completed += 1;
  };
  const stateRow = z.object({ state: Booking });
  const countRow = z.object({ count: z.int() });
  return {
    run: (work) =>
      runAs('trips', async () => {
        const measured = await keepBusy(work, run);
        const [row] = await database.query(
          countRow,
          `SELECT count(*)::int AS count FROM trips.saga WHERE status = 'completed'`,
        );
        requireAll(row?.count, completed);
        const [last] = await database.query(stateRow, `SELECT state FROM trips.saga ORDER BY created_at DESC LIMIT 1`);
        requireWhole(last?.state ?? { tripId: 'none' });
        return measured;
      }),
    close: () => app.close(),
  };
};
