import { command, event, failure } from '@isolith/contracts';
import { JournalModule } from '@isolith/journal/nest';
import { choreography, when } from '@isolith/saga';
import { ChoreographyModule } from '@isolith/saga/nest';
import { Module } from '@nestjs/common';
import { z } from 'zod';

export class SeatFreed extends event('seats.seat-freed', {
  input: z.object({ train: z.string(), seat: z.string() }),
  key: 'train',
}) {}
export class NobodyWaits extends failure('waiting.nobody-waits', { status: 409, detail: 'nobody waits' }) {}
export class OfferSeat extends command('waiting.offer-seat', {
  input: z.object({ train: z.string(), seat: z.string() }),
  failures: [NobodyWaits],
}) {}
export class SellSeat extends command('sales.sell-seat', {
  input: z.object({ train: z.string(), seat: z.string() }),
}) {}

export const freedSeats = choreography({
  name: 'trips.freed-seats',
  on: [
    when(SeatFreed, {
      send: OfferSeat,
      with: ({ train, seat }) => new OfferSeat({ train, seat }),
      refused: { send: SellSeat, with: ({ train, seat }) => new SellSeat({ train, seat }) },
    }),
  ],
});

@Module({
  imports: [
    JournalModule.forFeature({ context: 'trips' }),
    ChoreographyModule.forFeature({ context: 'trips', choreographies: [freedSeats] }),
  ],
})
export class TripsModule {}
