import { expect, it } from '@jest/globals';
import { event, describeContracts, recordContracts, compareContracts } from '@isolith/contracts';
import { checkRecordedVersions } from '@isolith/contracts/testing';
import { aggregate } from '@isolith/event-sourcing';
import { z } from 'zod';

const first = event('theatre.seat-sold', {
  input: z.object({ showId: z.string(), seat: z.string(), price: z.int() }),
  key: 'showId',
});

class SeatSold extends event('theatre.seat-sold', {
  input: z.object({ showId: z.string(), seat: z.string(), paid: z.object({ cents: z.int(), currency: z.string() }) }),
  key: 'showId',
  version: 2,
  upcasters: [{ from: 1, up: ({ price, ...data }) => ({ ...data, paid: { cents: price, currency: 'EUR' } }) }],
}) {}

const show = aggregate({
  name: 'show',
  events: [SeatSold],
  initial: () => 0,
  decide: () => [],
  evolve: (taken: number, { paid }) => taken + paid.cents,
});

it('an event of version 1 is one of version 2 for who reads it', () => {
  const data = { showId: 'hamlet', seat: '1A', price: 4200 };
  const today = { showId: 'hamlet', seat: '1A', paid: { cents: 4200, currency: 'EUR' } };
  expect(SeatSold.contract.readStored(data, 1)).toEqual(today);
  expect(show.reader.read({ type: 'theatre.seat-sold', schema_version: 1, data })).toEqual(new SeatSold(today));
});

it('the golden file judges it', () => {
  const [contracts, golden] = [[SeatSold], recordContracts([], describeContracts([first]))];
  expect(compareContracts(golden, describeContracts(contracts)).filter(({ breaking }) => breaking)).toEqual([]);
  checkRecordedVersions(contracts, golden);
});
