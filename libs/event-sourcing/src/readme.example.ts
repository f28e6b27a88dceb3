import { anyone, command, event, failure, query } from '@isolith/contracts';
import { aggregate, Aggregates, projection, Projections } from '@isolith/event-sourcing';
import { EventSourcingModule } from '@isolith/event-sourcing/nest';
import { JournalModule } from '@isolith/journal/nest';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { CommandHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';

const seat = z.object({ showId: z.string(), seat: z.string() });
export class SeatTaken extends failure('theatre.seat-taken', { status: 409, detail: 'somebody else has the seat' }) {}
/** Version 1 did not say who. */
export class SeatSold extends event('theatre.seat-sold', {
  input: seat.extend({ to: z.string() }),
  key: 'showId',
  version: 2,
  upcasters: [{ from: 1, up: (data) => ({ ...data, to: 'nobody knows' }) }],
}) {}
export class BuySeat extends command('theatre.buy-seat', {
  input: seat.extend({ to: z.string() }),
  output: z.object({ sold: z.int() }),
  failures: [SeatTaken],
  access: [anyone()],
}) {}

const Show = z.object({ sold: z.record(z.string(), z.string()) });
type Show = z.output<typeof Show>;

export const show = aggregate({
  name: 'show',
  events: [SeatSold],
  initial: (): Show => ({ sold: {} }),
  decide: ({ sold }, { seat: wanted, to }: Pick<BuySeat, 'seat' | 'to'>, showId) => {
    if (sold[wanted] === to) return [];
    if (sold[wanted] !== undefined) throw new SeatTaken({});
    return [new SeatSold({ showId, seat: wanted, to })];
  },
  evolve: ({ sold }, { seat: gone, to }) => ({ sold: { ...sold, [gone]: to } }),
  snapshot: { state: Show, every: 100 },
});

@CommandHandler(BuySeat)
class BuySeatHandler {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ showId, ...wanted }: BuySeat) {
    return this.aggregates.change(show, showId, wanted, ({ state }) => ({ sold: Object.keys(state.sold).length }));
  }
}

const guests = projection({
  name: 'guests',
  version: 1,
  events: [SeatSold],
  table: (name) => [`CREATE TABLE ${name} (guest text PRIMARY KEY, seats integer NOT NULL)`],
  apply: ({ to }, { table, write }) =>
    write(`INSERT INTO ${table} AS t VALUES ($1, 1) ON CONFLICT (guest) DO UPDATE SET seats = t.seats + 1`, [to]),
});

const Guest = z.object({ guest: z.string(), seats: z.int() });
export class ListGuests extends query('theatre.list-guests', {
  input: z.object({}),
  output: z.array(Guest),
  access: [anyone()],
}) {}

@QueryHandler(ListGuests)
class ListGuestsHandler {
  constructor(private readonly projections: Projections) {}

  async execute() {
    await this.projections.caughtUp(guests);
    return this.projections.query(guests, Guest, (table) => `SELECT guest, seats FROM ${table} ORDER BY guest`);
  }
}

@Module({
  imports: [
    MessageBusModule.forRoot({ placement: { here: ['theatre'] } }),
    MessageBusModule.forFeature({ context: 'theatre', contracts: [BuySeat, SeatSold, ListGuests] }),
    JournalModule.forRoot({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }) }),
    JournalModule.forFeature({ context: 'theatre' }),
    EventSourcingModule.forFeature({ context: 'theatre', aggregates: [show], projections: [guests] }),
  ],
  providers: [BuySeatHandler, ListGuestsHandler],
})
export class AppModule {}
