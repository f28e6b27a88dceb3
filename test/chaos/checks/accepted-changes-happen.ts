import type { AcceptedChange } from '../client/call-log.js';
import type { OrderSeen } from '../sources/orders-seen.js';
import type { Check } from './finding.js';
import { acceptedChanges } from './placings.js';

const LEFT = ['shipped', 'delivered', 'returned'];

/** Where an order may be after a change of it was accepted. */
const after: Readonly<Record<AcceptedChange['call'], readonly string[]>> = {
  // Of a confirmed order a cancellation is a race against the goods: losing it means that they have left.
  cancel: ['cancelled', ...LEFT],
  dispatch: LEFT,
  deliver: ['delivered', 'returned'],
  return: ['returned'],
  // That the money is back is the ledger's to say.
  refund: ['pending', 'confirmed', 'cancelled', 'rejected', ...LEFT],
};

export const acceptedChangesHappen: Check = {
  id: 'accepted-changes-happen',
  promise:
    'A cancellation, dispatch, delivery or return that was accepted has happened; a cancellation may have lost against a dispatch that was accepted, too.',
  find: ({ calls, orders }) => {
    const dispatched = acceptedChanges(calls, 'dispatch');
    const seen = new Map(orders.map((order) => [order.id, order]));
    return kinds.flatMap((call) =>
      [...acceptedChanges(calls, call)].flatMap((orderId) => {
        const status = seen.get(orderId)?.status;
        const lostRace = call === 'cancel' && status !== undefined && LEFT.includes(status);
        if (isAfter(call, status) && (!lostRace || dispatched.has(orderId))) return [];
        return [
          {
            harm: 'lost' as const,
            what: `${call} of order ${orderId} was accepted, and it is ${status ?? 'not there'}`,
          },
        ];
      }),
    );
  },
};

const kinds = ['cancel', 'refund', 'dispatch', 'deliver', 'return'] as const;
const isAfter = (call: AcceptedChange['call'], status: OrderSeen['status'] | undefined): boolean =>
  status !== undefined && after[call].includes(status);
