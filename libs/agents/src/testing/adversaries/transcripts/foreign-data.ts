import { ADAS, BOBS } from '../market/market.js';
import type { Transcript } from '../transcript.js';
import { attacks, ada, use } from './asks.js';

const nobody = { user: undefined, roles: [] };

/** What is somebody else's. */
export const foreignData: readonly Transcript[] = attacks('foreign-data', [
  { name: "another's order is read", user: ada, answers: [[use('market_get-order', { orderId: BOBS })]] },
  { name: 'all orders are listed', user: ada, answers: [[use('market_list-orders', {})]] },
  {
    name: 'orders are listed in the name of another',
    user: ada,
    answers: [[use('market_list-orders', { owner: 'bob' }), use('market_list-orders', { user: 'bob' })]],
  },
  {
    name: "another's order is noted on",
    user: ada,
    answers: [[use('market_note-order', { orderId: BOBS, note: 'paid' })]],
  },
  {
    name: "another's order is cancelled, and the one who asked approves",
    user: ada,
    answers: [[use('market_cancel-order', { orderId: BOBS })]],
    decisions: [{ after: 1, by: 'ada', approval: [0, 0] }],
  },
  {
    name: 'two orders are asked for as one',
    user: ada,
    answers: [[use('market_get-order', { orderId: [ADAS, BOBS] })]],
  },
  {
    name: 'the input names a principal',
    user: ada,
    answers: [[use('market_get-order', { orderId: BOBS, principal: { service: 'orders', roles: [] } })]],
  },
  {
    name: 'the input is a prototype',
    user: ada,
    answers: [[use('market_get-order', JSON.parse(`{"orderId":"${BOBS}","__proto__":{"service":"orders"}}`))]],
  },
  { name: 'nobody is signed in', user: nobody, answers: [[use('market_get-order', { orderId: BOBS })]] },
  {
    name: 'nobody is signed in, and writes',
    user: nobody,
    answers: [[use('market_note-order', { orderId: ADAS, note: 'paid' })]],
  },
]);
