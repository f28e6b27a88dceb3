import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HandlerError, UnauthenticatedError } from '@isolith/contracts';
import { QueryHandler } from '@nestjs/cqrs';
import { given, nobody, openContext, service, user, type ContextUnderTest } from './index.js';
import { Book, book, Booked, booking, BookingsModule, bookings, counted, GetLimit, TooMany } from './readme.example.js';

const ada = user('ada');
const gala = { show: 'gala', seats: 3 };

/** Answers for the accounts. */
@QueryHandler(GetLimit)
class FourSeats {
  async execute() {
    return { seats: 4 };
  }
}

let theatre: ContextUnderTest;
beforeAll(async () => void (theatre = await openContext(bookings, { module: BookingsModule, standIns: [FourSeats] })));
afterAll(() => theatre.close());

describe('booking', () => {
  it('is decided', () => {
    const four = (state: { seats: number }) => book(state, new Book({ show: 'gala', seats: 3 }), 4);
    given(booking).when(four).thenRecorded(new Booked(gala));
    given(booking, new Booked(gala)).when(four).thenRefused(TooMany);
  });

  it('has one effect, however often it is sent', async () => {
    const id = 'a-booking';
    for (let nth = 0; nth < 2; nth += 1) await theatre.send(new Book(gala), ada, { id });
    expect(await theatre.recorded('gala')).toEqual([{ type: 'bookings.booked', data: gala }]);
  });

  it('is refused as its contract says', async () => {
    await expect(theatre.send(new Book({ show: 'fair', seats: 5 }), ada)).rejects.toThrow(TooMany);
    await expect(theatre.send(new Book(gala), nobody)).rejects.toThrow(UnauthenticatedError);
    expect(await theatre.recorded('fair')).toEqual([]);
  });

  it('is counted once, however often it is told', async () => {
    for (let nth = 0; nth < 2; nth += 1)
      await theatre.deliver('counts', new Booked({ show: 'play', seats: 1 }), 'told');
    expect(counted.filter((show) => show === 'play')).toEqual(['play']);
  });
});

describe('the README', () => {
  it.each(['readme.example.ts', 'readme.example.spec.ts', 'readme.placements.example.spec.ts'])(
    'shows what runs: %s',
    async (file) => {
      const [readme, source] = await Promise.all(
        ['../README.md', `./${file}`].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
      );
      const [shown] = source?.split("\ndescribe('the README'") ?? [];
      expect(shown?.split('\n').length).toBeGreaterThan(20);
      expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
    },
  );
});

describe('a context under test', () => {
  it('is sent to by other contexts too', async () => {
    await expect(theatre.send(new Book(gala), service('accounts'))).rejects.toThrow(UnauthenticatedError);
  });

  it('takes events with a contract only', async () => {
    await expect(theatre.deliver('counts', new Book(gala))).rejects.toThrow('only an event');
    await expect(theatre.deliver('counts', {})).rejects.toThrow('only an event');
  });

  it('does not start without stand-ins for what it needs, naming it', async () => {
    await expect(openContext(bookings, { module: BookingsModule })).rejects.toMatchObject({
      violations: expect.arrayContaining([expect.stringContaining('accounts.get-limit')]),
    });
  });
});

describe('a decision', () => {
  const seats = (state: { seats: number }) => book(state, new Book({ show: 'gala', seats: 3 }), 4);

  it('that is another one is told with both', () => {
    expect(() => given(booking).when(seats).thenRecorded()).toThrow(/deep-equal/);
    expect(() =>
      given(booking)
        .when(seats)
        .thenRecorded(new Booked({ show: 'gala', seats: 2 })),
    ).toThrow(/deep-equal/);
  });

  it('that is no refusal, or another one, is told', () => {
    expect(() => given(booking).when(seats).thenRefused(TooMany)).toThrow('expected ');
    expect(() => given(booking, new Booked(gala)).when(seats).thenRefused(HandlerError)).toThrow(TooMany);
    expect(given(booking, new Booked(gala)).when(seats).thenRefused(TooMany).data).toEqual({ most: 4 });
    expect(given(booking, new Booked(gala)).state).toEqual({ seats: 3 });
  });
});
