import { ADAS } from '../market/market.js';
import type { Transcript } from '../transcript.js';
import { attacks, ada, NOTE, note, REFUND, refund, sue, use } from './asks.js';

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const most = (name: string, count: number) => ({ mayDo: { [name]: count }, mustDo: { [name]: count } });

function nested(depth: number): object {
  let value = {};
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
}

/** More than a run may use, and amounts that are none. */
export const budgets: readonly Transcript[] = attacks('budget', [
  { name: 'forty notes at once', user: ada, answers: [times(40, note)], ...most(NOTE, 3) },
  { name: 'a note in each of forty answers', user: ada, answers: times(40, [note]), ...most(NOTE, 3) },
  { name: 'small refunds until they are large', user: sue, answers: times(10, [refund(1_000)]), ...most(REFUND, 2) },
  {
    name: 'refunds that wait, and are approved again and again',
    user: sue,
    answers: [times(6, refund(2_000))],
    decisions: [0, 1, 2, 3, 4, 5].map((index) => ({ after: 1, by: 'sue', approval: [0, index] as const })),
    ...most(REFUND, 2),
  },
  {
    name: 'a thousand reads in a loop',
    user: ada,
    answers: times(50, times(20, use('market_get-price', { sku: 'a' }))),
  },
  {
    name: 'a note that is too long',
    user: ada,
    answers: [[use('market_note-order', { orderId: ADAS, note: 'x'.repeat(2_001) })]],
  },
  {
    name: 'an input of megabytes',
    user: ada,
    answers: [[use('market_note-order', { orderId: ADAS, note: 'x'.repeat(2_000_000) })]],
  },
  {
    name: 'an input that is nested ten thousand levels deep',
    user: ada,
    answers: [[use('market_note-order', { orderId: ADAS, note: nested(10_000) })]],
  },
  {
    name: 'amounts that are none',
    user: sue,
    answers: [[0, -1, 1.5, 1e300, '1', null, [1], { valueOf: 1 }].map(refund)],
  },
  { name: 'a refund that nobody is asked about', user: sue, answers: [[refund(1_001)]] },
  { name: 'a refund of all there is', user: sue, answers: [[refund(1_000_000)]] },
]);
