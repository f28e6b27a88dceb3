import { connect } from 'amqplib';
import { shop } from '../../../src/shop.js';
import type { Draw } from '../plan/draw.js';
import type { Kind, Shape } from './shapes.js';

/** A place to which messages can be sent, with a message that belongs there. */
export interface Target {
  readonly queue: string;
  readonly context: string;
  readonly type: string;
  readonly kind: Kind;
}

export const lanes: readonly Target[] = [
  { queue: 'inventory.requests', context: 'inventory', type: 'inventory.reserve-stock', kind: 'command' },
  { queue: 'payments.requests', context: 'payments', type: 'payments.charge-payment', kind: 'command' },
  { queue: 'orders.requests', context: 'orders', type: 'orders.place-order', kind: 'command' },
  { queue: 'orders.queries', context: 'orders', type: 'orders.get-order', kind: 'query' },
  { queue: 'products.queries', context: 'products', type: 'products.get-prices', kind: 'query' },
];

export const subscriptions: readonly Target[] = shop.subscriptions.map(({ context, subscription, events }) => ({
  queue: `${context}.${subscription}`,
  context,
  type: events[0]?.name ?? '',
  kind: 'event',
}));

/** How long a request waits for its reader at most, as every sender of the shop says of its own. */
const EXPIRATION_MS = 10_000;
const WINDOW = 200;

export interface Sent {
  readonly target: Target;
  readonly shape: string;
}

/**
 * Publishes so many hostile messages over a connection of its own, drawn from targets and shapes; resolves when the
 * broker has all of them. Where a queue is not there, its message is none.
 */
export async function sendPoison(
  url: string,
  draw: Draw,
  count: number,
  targets: readonly Target[],
  shapes: Readonly<Record<string, Shape>>,
): Promise<readonly Sent[]> {
  const connection = await connect(url, { noDelay: true });
  const sent: Sent[] = [];
  try {
    const channel = await connection.createConfirmChannel();
    for (let number = 0; number < count; number += 1) {
      const target = draw.pick(targets);
      const shape = draw.pick(Object.keys(shapes));
      const content = shapes[shape]?.(target, draw);
      if (content === undefined) continue;
      const persistent = target.kind !== 'query';
      channel.sendToQueue(target.queue, content, {
        persistent,
        ...(target.kind === 'event' ? {} : { expiration: EXPIRATION_MS }),
      });
      sent.push({ target, shape });
      if (number % WINDOW === WINDOW - 1) await channel.waitForConfirms();
    }
    await channel.waitForConfirms();
  } finally {
    await connection.close();
  }
  return sent;
}
