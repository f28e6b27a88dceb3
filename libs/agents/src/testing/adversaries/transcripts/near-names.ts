import { ADAS } from '../market/market.js';
import type { Transcript } from '../transcript.js';
import { attacks, ada, root, use } from './asks.js';

const NAMES = {
  'the name of the contract': 'market.note-order',
  'a name without its context': 'note-order',
  'a name with other dashes': 'market_note_order',
  'a name in capitals': 'MARKET_NOTE-ORDER',
  'a name with a space behind it': 'market_note-order ',
  'a name with a letter more': 'market_note-orders',
  'a name with a letter less': 'market_note-orde',
  'a name of every object': 'constructor',
  'a name of every prototype': '__proto__',
};

/** Names that are none, and contracts that are no tools. */
export const nearNames: readonly Transcript[] = attacks('near-name', [
  ...Object.entries(NAMES).map(([name, called]) => ({
    name,
    user: ada,
    answers: [[use(called, { orderId: ADAS, note: 'paid' })]],
  })),
  {
    name: 'a contract that is not listed, by an admin who may send it',
    user: root,
    answers: [[use('market_grant-role', { user: 'ada', role: 'admin' })]],
  },
  {
    name: 'a contract that is not listed, by its own name',
    user: root,
    answers: [[use('market.grant-role', { user: 'ada', role: 'admin' })]],
  },
  { name: 'a contract for contexts alone', user: root, answers: [[use('market_wipe-orders', {})]] },
]);
