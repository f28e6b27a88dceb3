import type { Sequel } from '../plan/run-plan.js';
import { change } from './change.js';
import type { PlacedOrder } from './place.js';
import type { Selling } from './selling.js';
import { hasEnded, untilStatus } from './until-status.js';

type Follow = (selling: Selling, order: PlacedOrder) => Promise<void>;

/** Until the checkout is over; the rest only if it ended well. */
const ifConfirmed =
  (then: Follow): Follow =>
  async (selling, order) => {
    if ((await untilStatus(order, hasEnded)) === 'confirmed') await then(selling, order);
  };

const leave: Follow = async () => undefined;

const cancel: Follow = async (selling, { customer, orderId }) =>
  void (await change(selling, customer, 'cancel', orderId));

/** A refund takes the order with it; the customer, who does not know yet, cancels as well. */
const refundAndCancel: Follow = async (selling, order) => {
  await change(selling, selling.admin, 'refund', order.orderId);
  await cancel(selling, order);
};

const dispatch: Follow = async (selling, order) => {
  if (await change(selling, selling.admin, 'dispatch', order.orderId))
    await untilStatus(order, (status) => status !== 'confirmed');
};

const deliver: Follow = async (selling, order) => {
  await dispatch(selling, order);
  if (await change(selling, selling.admin, 'deliver', order.orderId))
    await untilStatus(order, (status) => status === 'delivered');
};

const bringBack: Follow = async (selling, order) => {
  await deliver(selling, order);
  await change(selling, order.customer, 'return', order.orderId);
};

/** Either may win. */
const cancelAndDispatch: Follow = async (selling, order) => {
  await Promise.all([cancel(selling, order), change(selling, selling.admin, 'dispatch', order.orderId)]);
};

/** What becomes of an order after it was accepted. */
export const follow: Readonly<Record<Sequel, Follow>> = {
  leave,
  'cancel-at-once': cancel,
  cancel: ifConfirmed(cancel),
  'refund-and-cancel': ifConfirmed(refundAndCancel),
  'cancel-and-dispatch': ifConfirmed(cancelAndDispatch),
  dispatch: ifConfirmed(dispatch),
  deliver: ifConfirmed(deliver),
  return: ifConfirmed(bringBack),
};
