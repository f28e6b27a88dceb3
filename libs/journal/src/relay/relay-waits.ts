import type { Waiting } from '@isolith/message-bus';
import { problemOf } from '../context/problem.js';
import type { SubscriptionName } from '../subscriptions/lease-table.js';
import type { Wait } from './serving-waits.js';

/** `orders > notifications.order-mails`: whose journal, and who takes its events. */
export const relayName = (producer: string, { context, subscription }: SubscriptionName): string =>
  `${producer} > ${context}.${subscription}`;

/** What waits at a relay, named; a cause that is a database is the producer's. */
export function relayWaiting(producer: string, of: SubscriptionName, wait: Wait): Waiting {
  const causes = [
    ...(wait.causes ?? []).map((cause) => (cause === 'database' ? `database ${producer}` : cause)),
    // A transport that knows why says so under the name of the subscription.
    `relay ${of.context}.${of.subscription}`,
  ];
  return { kind: 'relay', name: relayName(producer, of), ...wait, causes };
}

/** Leases that can't be renewed: who leads goes on for as long as its lease holds, and nobody stores how far. */
export function leasesWaiting(producer: string, waitedMs: number, error: unknown): Waiting {
  const { type, detail } = problemOf(error);
  return {
    kind: 'relay',
    name: `${producer} > *`,
    waitedMs,
    reason: `the leases of its subscriptions can't be renewed, nor what was handed over be stored (${type})`,
    detail,
    lookAt: '/actuator/projections',
    causes: [`database ${producer}`],
  };
}

/** A subscription that is led by nobody, although events wait. `token`: where it stands. */
export function unledWaiting(
  producer: string,
  of: SubscriptionName,
  { waitedMs, token }: Pick<Waiting, 'waitedMs' | 'token'>,
): Waiting {
  return {
    kind: 'relay',
    name: relayName(producer, of),
    waitedMs,
    ...(token === undefined ? {} : { token }),
    reason:
      'no host leads it: this one takes fewer event types than those before and leaves it to them for a minute; is a newer release missing?',
    lookAt: '/actuator/projections',
    causes: [`database ${producer}`],
  };
}

/** All that waits behind one open transaction: one finding for the journals of a database. */
export function heldWaiting(contexts: readonly string[], waitedMs: number): Waiting {
  return {
    kind: 'horizon',
    name: contexts.join(','),
    waitedMs,
    reason: 'a transaction that stays open holds back the readers of the journals',
    lookAt: "'horizon' in /health/ready, which names its session",
    causes: contexts.map((context) => `database ${context}`),
  };
}
