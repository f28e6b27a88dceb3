import type { MessageRouter } from '@isolith/message-bus';
import type { ParkedParts } from '../parked/parked-messages.js';

/** How the parked events of a context reach its handlers again, and what is known of them here. */
export function redelivery(router: MessageRouter, context: string): Pick<ParkedParts, 'redeliver' | 'contractOf'> {
  return {
    redeliver: (event, subscription, take) =>
      router.redeliver(event, { lane: 'subscription', context, subscription }, take),
    contractOf: (type) =>
      router
        .subscriptions()
        .flatMap(({ events }) => events)
        .find(({ name }) => name === type),
  };
}
