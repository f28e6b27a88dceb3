import type { Channel, ConsumeMessage } from 'amqplib';
import { Settling, type Gathering } from './settling.js';

/** Settles what one channel of amqplib delivers. */
export function settlingOn(channel: Channel, gather?: Gathering): Settling {
  return new Settling(
    {
      acknowledge: (tag, upTo) => settle(() => channel.ack(withTag(tag), upTo)),
      handBack: (tag) => settle(() => channel.nack(withTag(tag), false, true)),
    },
    gather,
  );
}

/** The channel may have ended a moment ago; the broker then delivers again what was not settled. */
function settle(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'IllegalOperationError')) throw error;
  }
}

/** What amqplib settles: it looks at the tag of a message and at nothing else of it. */
export const withTag = (deliveryTag: number): ConsumeMessage => ({
  content: NOTHING,
  fields: { deliveryTag, redelivered: false, exchange: '', routingKey: '', consumerTag: '' },
  properties: NO_PROPERTIES,
});

const NOTHING = Buffer.alloc(0);
const NO_PROPERTIES: ConsumeMessage['properties'] = {
  contentType: undefined,
  contentEncoding: undefined,
  headers: undefined,
  deliveryMode: undefined,
  priority: undefined,
  correlationId: undefined,
  replyTo: undefined,
  expiration: undefined,
  messageId: undefined,
  timestamp: undefined,
  type: undefined,
  userId: undefined,
  appId: undefined,
  clusterId: undefined,
};
