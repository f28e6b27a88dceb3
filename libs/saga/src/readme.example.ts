import { anyone, command, failure } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { saga, Sagas } from '@isolith/saga';
import { SagaModule } from '@isolith/saga/nest';
import { Injectable, Module } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';

const input = z.object({ tripId: z.string() });
export class CardRefused extends failure('bank.card-refused', { status: 402, detail: 'the card was refused' }) {}
export class TakeSeat extends command('seats.take-seat', { input, output: z.object({ seat: z.string() }) }) {}
export class FreeSeat extends command('seats.free-seat', { input }) {}
export class Charge extends command('bank.charge', { input, failures: [CardRefused] }) {}
export class BookTrip extends command('trips.book-trip', { input, access: [anyone()] }) {}

const Booking = z.object({ tripId: z.string(), seat: z.string().optional() });
type Booking = z.output<typeof Booking>;

@Injectable()
export class BookingSaga {
  readonly definition = saga({
    name: 'trips.booking',
    state: Booking,
    steps: (step) => [
      step({
        name: 'take-seat',
        invoke: ({ tripId }) => new TakeSeat({ tripId }),
        extend: (booking, { seat }) => ({ ...booking, seat }),
        compensate: ({ tripId }) => new FreeSeat({ tripId }),
      }),
      step({ name: 'charge', invoke: ({ tripId }) => new Charge({ tripId }), pivot: true }),
    ],
  });
}

@CommandHandler(BookTrip)
class BookTripHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly sagas: Sagas,
    private readonly booking: BookingSaga,
  ) {}

  execute({ tripId }: BookTrip) {
    return this.unit.run(() => this.sagas.begin(this.booking.definition, tripId, { tripId }));
  }
}

@Module({
  imports: [
    JournalModule.forFeature({ context: 'trips' }),
    SagaModule.forFeature({ context: 'trips', sagas: [BookingSaga] }),
  ],
  providers: [BookingSaga, BookTripHandler],
})
class TripsModule {}

export const taken = new Set<string>();

@CommandHandler(TakeSeat)
export class TakeSeatHandler {
  async execute({ tripId }: TakeSeat) {
    taken.add(tripId);
    return { seat: '12A' };
  }
}

@CommandHandler(FreeSeat)
export class FreeSeatHandler {
  async execute({ tripId }: FreeSeat) {
    taken.delete(tripId);
  }
}

@CommandHandler(Charge)
export class ChargeHandler {
  async execute({ tripId }: Charge) {
    if (tripId === 'too-dear') throw new CardRefused({});
  }
}

@Module({
  imports: [
    MessageBusModule.forRoot({ placement: { here: ['trips', 'seats', 'bank'] } }),
    JournalModule.forRoot({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }) }),
    TripsModule,
  ],
  providers: [TakeSeatHandler, FreeSeatHandler, ChargeHandler],
})
export class AppModule {}
