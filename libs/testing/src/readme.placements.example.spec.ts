import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryHandler } from '@nestjs/cqrs';
import { openContext, placements, user, type ContextUnderTest } from './index.js';
import { Book, Booked, BookingsModule, bookings, GetLimit, TooMany } from './readme.example.js';

@QueryHandler(GetLimit)
class FourSeats {
  async execute() {
    return { seats: 4 };
  }
}

describe.each(placements)('bookings %s', (_name, placement) => {
  let theatre: ContextUnderTest;
  beforeAll(async () => {
    theatre = await openContext(bookings, { module: BookingsModule, standIns: [FourSeats], ...placement });
  });
  afterAll(() => theatre.close());

  it('are made once and refused as the contract says', async () => {
    for (let nth = 0; nth < 10; nth += 1) {
      const show = `show-${nth}`;
      await theatre.send(new Book({ show, seats: 3 }), user('ada'), { id: `book-${nth}` });
      expect(await theatre.recorded(show)).toEqual([{ type: Booked.contract.name, data: { show, seats: 3 } }]);
    }
    await expect(theatre.send(new Book({ show: 'fair', seats: 5 }), user('ada'))).rejects.toThrow(TooMany);
  });
});
