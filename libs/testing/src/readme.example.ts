import { command, contractsIn, event, failure, query, signedIn } from '@isolith/contracts';
import { context, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { currentUser } from '@isolith/message-bus';
import { Module } from '@nestjs/common';
import { CommandHandler, EventBus, EventsHandler, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';

// somebody else's contract
export class GetLimit extends query('accounts.get-limit', {
  input: z.object({ user: z.string() }),
  output: z.object({ seats: z.int() }),
  access: [signedIn()],
}) {}

// bookings.contract.ts, bookings.context.ts
export class TooMany extends failure('bookings.too-many', {
  data: z.object({ most: z.int() }),
  status: 409,
  detail: ({ most }) => `${most} at most`,
}) {}
export class Booked extends event('bookings.booked', {
  input: z.object({ show: z.string(), seats: z.int() }),
  key: 'show',
}) {}
export class Book extends command('bookings.book', {
  input: z.object({ show: z.string(), seats: z.int().min(1) }),
  failures: [TooMany],
  access: [signedIn()],
}) {}
export const bookings = context('bookings', {
  contracts: contractsIn({ TooMany, Booked, Book }),
  needs: [GetLimit],
  subscriptions: { counts: { events: [Booked] } },
});

// domain/booking.ts: pure
export const booking = {
  initial: () => ({ seats: 0 }),
  evolve: ({ seats }: { seats: number }, booked: Booked) => ({ seats: seats + booked.seats }),
};
export const book = (state: { seats: number }, { show, seats }: Book, most: number): readonly Booked[] => {
  if (state.seats + seats > most) throw new TooMany({ most });
  return [new Booked({ show, seats })];
};

// features/
@CommandHandler(Book)
class BookHandler {
  constructor(
    private readonly queries: QueryBus,
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  async execute(wanted: Book): Promise<void> {
    const { seats } = await this.queries.execute(new GetLimit({ user: currentUser() }));
    await this.unit.run(async () => {
      for (const booked of book(booking.initial(), wanted, seats)) this.events.publish(booked);
    });
  }
}

export const counted: string[] = [];

@EventsHandler(Booked)
class OnBooked {
  async handle({ show }: Booked): Promise<void> {
    counted.push(show);
  }
}

// bookings.module.ts
@Module({
  imports: [IsolithModule.forFeature(bookings, { subscriptions: { counts: [OnBooked] } })],
  providers: [BookHandler, OnBooked],
})
export class BookingsModule {}
