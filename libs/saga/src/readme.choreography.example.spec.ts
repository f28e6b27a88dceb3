import { describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError } from '@isolith/contracts';
import { diagramOf } from '@isolith/saga';
import { choreographyUnderTest, describeChoreography } from '@isolith/saga/testing';
import { freedSeats, NobodyWaits, OfferSeat, SeatFreed, SellSeat } from './readme.choreography.example.js';

const freed = new SeatFreed({ train: 'IC 7', seat: '12A' });
const offered = new OfferSeat({ train: 'IC 7', seat: '12A' });
const under = choreographyUnderTest(freedSeats);

it('offers a freed seat to whoever waits, and sells it when nobody does', async () => {
  await under.when(freed).thenSent(offered);
  const nobody = under.answering(OfferSeat, new NobodyWaits({}));
  await nobody.when(freed).thenSent(offered, new SellSeat({ train: 'IC 7', seat: '12A' }));
});

it('asks again after a lost answer, under the same id', async () => {
  const { end, sent } = await under.answering(OfferSeat, new OutcomeUnknownError(''), undefined).when(freed).run();
  expect({ end, ids: sent.map(({ id }) => id) }).toEqual({ end: 'handled', ids: [sent[0]?.id, sent[0]?.id] });
});

describeChoreography(freedSeats, { events: [freed] }, { describe, it });

it('is drawn', () => {
  expect(diagramOf(freedSeats)).toContain('event1 --> command1');
});
