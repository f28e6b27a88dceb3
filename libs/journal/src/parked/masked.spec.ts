import { describe, expect, it } from '@jest/globals';
import { event, personal, type EventContract } from '@isolith/contracts';
import { z } from 'zod';
import { sold } from '../testing/sample-letters.js';
import { shownData } from './masked.js';

class Moved extends event('sales.moved', {
  input: z.object({
    saleId: z.string(),
    people: z.array(z.object({ name: z.string(), born: z.int() })),
    by: z.record(z.string(), z.string()),
  }),
  key: 'saleId',
}) {}

// An event refuses such marks when it is declared; this is one whose producer was written otherwise.
const input = z.object({
  saleId: z.string(),
  people: z.array(z.object({ name: personal(z.string()), born: z.int() })),
  by: z.record(z.string(), personal(z.string())),
  note: personal(z.object({ text: z.string() })).optional(),
});
const contract: EventContract = { ...Moved.contract, input, readStored: (data) => input.parse(data) };

/** Version 1 had a total. */
class Paid extends event('sales.paid', {
  input: z.object({ saleId: z.string(), paid: z.object({ amount: z.int() }) }),
  key: 'saleId',
  version: 2,
  upcasters: [
    {
      from: 1,
      up: ({ total, ...data }) => {
        if (total === undefined) throw new TypeError('no total');
        return { ...data, paid: { amount: total } };
      },
    },
  ],
}) {}

describe('what is shown of an event', () => {
  it('has a mask wherever its contract says that it is personal', () => {
    const data = {
      saleId: 's',
      people: [
        { name: 'Ann', born: 1 },
        { name: 'Bob', born: 2 },
      ],
      by: { phone: '123' },
      note: { text: 'secret' },
    };
    expect(shownData({ ...sold('a', 1), data }, contract)).toEqual({
      data: {
        saleId: 's',
        people: [
          { name: '***', born: 1 },
          { name: '***', born: 2 },
        ],
        by: { phone: '***' },
        note: '***',
      },
    });
    expect(data.people[0]).toEqual({ name: 'Ann', born: 1 });
  });

  it('has no field that is absent', () => {
    expect(shownData({ ...sold('a', 1), data: { saleId: 's', people: [], by: {} } }, contract)).toEqual({
      data: { saleId: 's', people: [], by: {} },
    });
  });

  const shownOf = (schemaversion: number, data: unknown) =>
    shownData({ ...sold('a', 1), type: 'sales.paid', schemaversion, data }, Paid.contract);

  it('is as its contract has it today, whichever version it was recorded in', () => {
    const today = { data: { saleId: 's', paid: { amount: 5 } } };
    expect(shownOf(1, { saleId: 's', total: 5 })).toEqual(today);
    expect(shownOf(2, { saleId: 's', paid: { amount: 5 } })).toEqual(today);
    expect(shownOf(1, { saleId: 's' })).toEqual({
      hidden: 'its data of version 1 could not be read by the upcasters of sales.paid',
    });
    expect(shownOf(2, { saleId: 's' })).toEqual({ hidden: 'its data does not fit sales.paid as it is known here' });
  });

  it('is nothing of a newer version, of which nobody here knows what is personal', () => {
    expect(shownOf(3, { saleId: 's', paid: { amount: 5 }, tip: 1 })).toEqual({
      hidden: 'its data is of version 3 and sales.paid is known here in version 2, so nobody can tell what is personal',
    });
  });

  it('is not said to be unreadable when it is the mask that fails', () => {
    const readStored = () => ({
      get people(): never {
        throw new TypeError('no people');
      },
    });
    expect(() => shownData(sold('a', 1), { ...contract, readStored })).toThrow('no people');
  });
});
