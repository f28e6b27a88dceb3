import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { anyone, command, failure } from '@isolith/contracts';
import { UnitOfWork, type Retention } from '@isolith/journal';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { JournalHost, JournalModule } from '@isolith/journal/nest';
import { runAs } from '@isolith/message-bus';
import { HostLifecycle, MessageBusModule, StartRefusedError } from '@isolith/message-bus/nest';
import { Injectable, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { CommandBus, CommandHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import { saga, SagaNotWaiting, SagaOperations, Sagas, type SagaSummary } from '../index.js';
import { SagaModule, SagaStatus, type SagaFeatureOptions } from './index.js';

class NoSeats extends failure('seats.no-seats', { status: 409, detail: 'sold out' }) {}
const of = z.object({ trip: z.string() });
class BookTrip extends command('trips.book', { input: of, access: [anyone()] }) {}
class TakeSeat extends command('seats.take', {
  input: of,
  output: z.object({ seat: z.string() }),
  failures: [NoSeats],
}) {}
class FreeSeat extends command('seats.free', { input: of }) {}

const TripState = z.object({ trip: z.string(), seat: z.string().optional() });
type TripState = z.output<typeof TripState>;

@Injectable()
class Prefix {
  readonly value = 'trip ';
}

@Injectable()
class TripSaga {
  constructor(private readonly prefix: Prefix) {}

  readonly definition = saga({
    name: 'trips.booking',
    state: TripState,
    steps: (step) => [
      step({
        name: 'take-seat',
        invoke: ({ trip }) => new TakeSeat({ trip: this.prefix.value + trip }),
        extend: (state, { seat }) => ({ ...state, seat }),
        compensate: ({ trip }) => new FreeSeat({ trip }),
      }),
    ],
  });
}

@Injectable()
class BrokenSaga {
  readonly definition = saga({ name: 'trips.broken', state: TripState, steps: () => [] });
}

@CommandHandler(BookTrip)
class BookTripHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly sagas: Sagas,
    private readonly trip: TripSaga,
  ) {}

  execute({ trip }: BookTrip) {
    return this.unit.run(() => this.sagas.begin(this.trip.definition, trip, { trip }));
  }
}

@CommandHandler(TakeSeat)
class TakeSeatHandler {
  constructor(private readonly unit: UnitOfWork) {}

  execute({ trip }: TakeSeat) {
    if (trip.endsWith('full')) throw new NoSeats({});
    return this.unit.run(async () => ({ seat: `1A on ${trip}` }));
  }
}

@CommandHandler(FreeSeat)
class FreeSeatHandler {
  constructor(private readonly unit: UnitOfWork) {}

  execute() {
    return this.unit.run(async () => undefined);
  }
}

let place: TestDatabase;
let app: INestApplicationContext | undefined;
beforeEach(async () => {
  app = undefined;
  place = await openTestDatabase();
});
afterEach(async () => {
  await app?.close();
  await place.drop();
});

async function start(
  sagas: readonly Type<TripSaga | BrokenSaga>[],
  providers: readonly Type[],
  options: SagaFeatureOptions = {},
  retention: Retention = {},
): Promise<INestApplicationContext> {
  const data = JournalModule.forFeature({ context: 'trips', retention });
  @Module({
    imports: [
      data,
      SagaModule.forFeature({ context: 'trips', sagas, options }),
      MessageBusModule.forFeature({ context: 'trips', contracts: [BookTrip], needs: [TakeSeat, FreeSeat] }),
    ],
    providers: [...providers, BookTripHandler],
  })
  class TripsModule {}
  @Module({ imports: [JournalModule.forFeature({ context: 'seats' })], providers: [TakeSeatHandler, FreeSeatHandler] })
  class SeatsModule {}
  @Module({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['trips', 'seats'] } }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      TripsModule,
      SeatsModule,
    ],
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(false);
  await module.init();
  app = module;
  return module;
}

/** What is said of a saga that nobody has begun. */
const NONE = { running: 0, compensating: 0, completed: 0, compensated: 0, 'needs-attention': 0, 'taken-over': 0 };

async function countsOf(status: SagaStatus): Promise<Readonly<Record<string, number>>> {
  const counts = await status.counts();
  expect(new Set(counts.map(({ name }) => name))).toEqual(new Set(['trips.booking']));
  return Object.fromEntries(counts.map(({ status: of, count }) => [of, count]));
}

describe('SagaModule', () => {
  it('runs a saga that a command handler began, to its end, on the real bus and database', async () => {
    const host = await start([TripSaga], [Prefix, TripSaga]);
    const status = host.get(SagaStatus, { strict: false });
    expect(await countsOf(status)).toEqual(NONE);
    for (const trip of ['north', 'full']) await host.get(CommandBus, { strict: false }).execute(new BookTrip({ trip }));
    const ended = async (id: string) => {
      let found: SagaSummary | undefined;
      await until(async () => {
        [found] = await status.list('trips', { id }, 1);
        return found !== undefined && found.status !== 'running' && found.status !== 'compensating';
      });
      return found;
    };
    expect(await ended('north')).toMatchObject({ name: 'trips.booking', status: 'completed' });
    expect(await ended('full')).toMatchObject({
      status: 'compensated',
      cause: { step: 'take-seat', type: 'no-seats', detail: 'sold out' },
    });
    expect(status.contexts()).toEqual(['trips']);
    expect(await countsOf(status)).toEqual({ ...NONE, completed: 1, compensated: 1 });
    expect(await status.timeline('trips', 'trips.booking', 'north')).toMatchObject([
      { what: 'begun' },
      { what: 'take-seat done' },
    ]);
    const detail = await status.find('trips', 'trips.booking', 'full');
    expect(detail).toMatchObject({
      id: 'full',
      status: 'compensated',
      version: 1,
      timeline: [{ what: 'begun' }, { what: 'take-seat failed: no-seats' }],
    });
    expect(detail?.holder).toBeUndefined();
    expect(status.operations('trips')).toBe(host.get(SagaOperations, { strict: false }));
    const help = runAs('trips', () =>
      status.operations('trips').retry('trips.booking', 'full', { operator: 'ann', reason: 'why not' }),
    );
    await expect(help).rejects.toBeInstanceOf(SagaNotWaiting);
    expect(() => status.operations('seats')).toThrow('this host has no sagas of seats');
    await expect(status.list('seats', {}, 1)).rejects.toThrow('this host has no sagas of seats');
  });

  it('moves nothing any more once the host begins to stop, long before it is drained', async () => {
    const host = await start([TripSaga], [Prefix, TripSaga]);
    host.get(HostLifecycle, { strict: false }).beforeApplicationShutdown();
    await host.get(CommandBus, { strict: false }).execute(new BookTrip({ trip: 'late' }));
    const left = await host.get(SagaStatus, { strict: false }).find('trips', 'trips.booking', 'late');
    expect(left).toMatchObject({ status: 'running', step: 'take-seat' });
    expect(left?.holder).toBeUndefined();
  });

  it('deletes ended sagas with the upkeep of the journal', async () => {
    jest.useFakeTimers({
      advanceTimers: true,
      doNotFake: ['performance', 'Date', 'nextTick', 'setImmediate', 'queueMicrotask'],
    });
    try {
      const host = await start([TripSaga], [Prefix, TripSaga]);
      const find = (id: string) => host.get(SagaStatus, { strict: false }).find('trips', 'trips.booking', id);
      for (const trip of ['old', 'young'])
        await host.get(CommandBus, { strict: false }).execute(new BookTrip({ trip }));
      for (const trip of ['old', 'young']) await until(async () => (await find(trip))?.status === 'completed');
      const unit = new UnitOfWork(host.get(JournalHost).register({ context: 'trips' }));
      const age = `UPDATE trips.saga SET created_at = now() - interval '91 days', updated_at = now() - interval '91 days' WHERE id = 'old'`;
      await runAs('trips', () => unit.run(() => unit.execute(age)));
      jest.advanceTimersByTime(600_000);
      await until(async () => (await find('old')) === undefined);
      expect(await find('young')).toMatchObject({ status: 'completed' });
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    [{ endedDays: 29 }, {}, 30],
    [{ endedDays: 100.5 }, {}, 30],
    [{ endedDays: 119 }, { inboxDays: 120 }, 120],
  ])('refuses %j with %j', async (options, retention, least) => {
    const refusal = await start([TripSaga], [Prefix, TripSaga], options, retention).catch((error: unknown) => error);
    const problem = `sagas of trips: endedDays must be a whole number of days from ${least} (the context's retention.inboxDays) to 36500, not ${options.endedDays}`;
    expect(refusal).toMatchObject({ violations: [problem] });
  });

  it('refuses to start and names all that is wrong', async () => {
    const refusal = await start([BrokenSaga, TripSaga], [Prefix, TripSaga]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartRefusedError);
    expect(refusal).toMatchObject({ violations: [expect.stringContaining("sagas of trips: BrokenSaga can't be had")] });
    const second = await start([BrokenSaga], [Prefix, TripSaga, BrokenSaga], { leaseMs: 5 }).catch(
      (error: unknown) => error,
    );
    expect(second).toMatchObject({
      violations: [
        'sagas of trips: leaseMs must be a whole number from 100 to 600000, not 5',
        'saga trips.broken: it has no steps',
      ],
    });
  });
});
