import type { Channel } from 'amqplib';
import type { RabbitMqTransport } from '../index.js';
import { Link } from '../connection/link.js';
import { withTag } from '../consuming/settling-on.js';

/** A tag that no channel gets to. */
const NEVER_DELIVERED = 999_999;
const LINKS = ['sending', 'consuming'];

/** Whether both connections of a transport are there: one that has lost all of its channels may be made anew. */
export const isConnected = (transport: RabbitMqTransport): boolean =>
  LINKS.every((name) => {
    const link: unknown = Reflect.get(transport, name);
    return link instanceof Link && link.current !== undefined;
  });

/**
 * Has the broker close every channel of a transport: settling what was never delivered is an error that ends the
 * channel (406), as a consumer timeout does. The connections stay.
 */
export function closeChannels(transport: RabbitMqTransport): void {
  const channels = LINKS.flatMap((link) => channelsOf(Reflect.get(transport, link)));
  if (channels.length === 0) throw new Error('the transport has no channel that could be closed');
  for (const channel of channels) channel.ack(withTag(NEVER_DELIVERED));
}

/** amqplib keeps its channels in an array of `{ channel }`, with holes, at index 1 and above. */
export function channelsOf(link: unknown): readonly Channel[] {
  const connection: unknown = link instanceof Link ? link.current?.connection : undefined;
  const entries: unknown = isObject(connection) ? Reflect.get(connection, 'channels') : undefined;
  if (!Array.isArray(entries))
    throw new Error('the transport is not connected, or amqplib keeps its channels elsewhere');
  const channels = entries
    .slice(1)
    .map((entry: unknown): unknown => (isObject(entry) ? Reflect.get(entry, 'channel') : undefined));
  return channels.filter(isChannel);
}

/** Objects of Node's own modules are no instances of a test runner's `Object`. */
const isObject = (candidate: unknown): candidate is object => typeof candidate === 'object' && candidate !== null;

const isChannel = (candidate: unknown): candidate is Channel =>
  isObject(candidate) && 'ack' in candidate && 'consume' in candidate;
