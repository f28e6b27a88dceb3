import type { AcceptedChange } from '../client/call-log.js';
import type { PatientClient } from '../client/patient-client.js';
import { freshKey } from '../ground/ground.js';
import { BrokenPromise, type Selling } from './selling.js';

const pathOf: Readonly<Record<AcceptedChange['call'], (orderId: string) => string>> = {
  cancel: (orderId) => `/v1/orders/${orderId}/cancel`,
  return: (orderId) => `/v1/orders/${orderId}/return`,
  refund: (orderId) => `/v1/payments/${orderId}/refunds`,
  dispatch: (orderId) => `/v1/shipments/${orderId}/dispatch`,
  deliver: (orderId) => `/v1/shipments/${orderId}/deliver`,
};

/**
 * Asks for a change of an order until there is an answer that stands.
 * @returns whether it was accepted; a refusal because of the order's state (409) is the only other answer to expect
 */
export async function change(
  { log }: Selling,
  by: PatientClient,
  call: AcceptedChange['call'],
  orderId: string,
): Promise<boolean> {
  const key = freshKey();
  const { status, body } = await by.post(pathOf[call](orderId), key);
  if (status === 409) return false;
  if (status !== 202) throw new BrokenPromise(`${call} of order ${orderId}: ${status} ${JSON.stringify(body)}`);
  log.accepted({ call, key, status, at: Date.now(), orderId });
  return true;
}
