import type { AcceptedCall, AcceptedChange, AcceptedPlacing } from '../client/call-log.js';

export const placings = (calls: readonly AcceptedCall[]): readonly AcceptedPlacing[] =>
  calls.flatMap((call) => (call.call === 'place' ? [call] : []));

/** The ids of the orders for which a kind of change was accepted. */
export const acceptedChanges = (calls: readonly AcceptedCall[], kind: AcceptedChange['call']): ReadonlySet<string> =>
  new Set(calls.flatMap((call) => (call.call === kind ? [call.orderId] : [])));
