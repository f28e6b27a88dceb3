import { describe, expect, it } from '@jest/globals';
import { describeSaga } from '@isolith/saga/testing';
import { BookingSaga, FreeSeat, TakeSeat } from './readme.example.js';

let taken: Set<string>;

describeSaga(
  new BookingSaga().definition,
  {
    begin: { tripId: 'lisbon' },
    receivers: (receivers) => {
      taken = new Set();
      receivers
        .answering(TakeSeat, ({ tripId }) => {
          taken.add(tripId);
          return { seat: '7A' };
        })
        .answering(FreeSeat, ({ tripId }) => void taken.delete(tripId));
    },
    atEnd: ({ status, acts }) => {
      if (!acts.includes('skip') && status === 'compensated') expect(taken.size).toBe(0);
    },
    maxHistories: 300,
  },
  { describe, it },
);
