import { expect, it } from '@jest/globals';
import { OutcomeUnknownError } from '@isolith/contracts';
import { sagaUnderTest } from '@isolith/saga/testing';
import { BookingSaga, CardRefused, Charge, FreeSeat, TakeSeat } from './readme.example.js';

const booking = sagaUnderTest(new BookingSaga().definition).answering(TakeSeat, { seat: '7A' });

it('frees the seat of whose card was refused', async () => {
  const { status, cause, sent } = await booking.answering(Charge, new CardRefused({})).run({ tripId: 'lisbon' });
  expect(sent.map(({ name }) => name)).toEqual(['seats.take-seat', 'bank.charge', 'seats.free-seat']);
  expect(sent.at(-1)).toMatchObject({ command: new FreeSeat({ tripId: 'lisbon' }), revokes: sent[0]?.id });
  expect({ status, cause: cause?.type }).toEqual({ status: 'compensated', cause: 'card-refused' });
});

it('asks with the same id after a lost answer, and keeps the seat', async () => {
  const lost = new OutcomeUnknownError('no answer');
  const { status, state, sent } = await booking.answering(Charge, lost, undefined).run({ tripId: 'lisbon' });
  expect({ status, state }).toEqual({ status: 'completed', state: { tripId: 'lisbon', seat: '7A' } });
  expect(sent[1]).toEqual(sent[2]);
});
