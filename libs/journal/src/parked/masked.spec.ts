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
const contract: EventContract = { ...Moved.contract, input, readInput: (data) => input.parse(data) };

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
});
