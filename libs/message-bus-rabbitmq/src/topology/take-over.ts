import { addressName, type Address, type Claim } from '@isolith/message-bus';
import type { ChannelModel } from 'amqplib';
import { brokerAddresses, open } from '../connection/broker-address.js';
import { claimName, declareClaim, holderOf } from './claims.js';
import { onOwnChannel } from './declare.js';
import { isNotFound } from './objection.js';
import { queueName } from './topology.js';

/** A context of a virtual host that belongs to another installation. */
export interface ForeignClaim extends Claim {
  readonly holder: string;
}

/**
 * A queue of such a context: what it holds would be handled by whoever takes it over, and who consumes it is still
 * there.
 */
export interface HeldQueue {
  readonly queue: string;
  readonly messages: number;
  readonly consumers: number;
}

/** What `takeOverClaims` found, and whether it changed anything. */
export interface TakeOver {
  readonly claims: readonly ForeignClaim[];
  readonly queues: readonly HeldQueue[];
  /** Nothing was changed: it was only looked, or hosts still consume. */
  readonly taken: boolean;
}

/**
 * Looks which of these contexts belong to another installation in the virtual host of `url` and, with `apply`, makes
 * them those of `claims`, unless a host still consumes one of their queues. Rejects when the broker can't be reached or
 * refuses it.
 * @param addresses the queues of these contexts
 */
export async function takeOverClaims(
  url: string,
  claims: readonly Claim[],
  addresses: readonly Address[],
  apply: boolean,
): Promise<TakeOver> {
  const [address] = brokerAddresses(url);
  if (address === undefined) throw new TypeError('no address of a broker');
  const connection = await open(address, 'take over');
  connection.on('error', () => undefined);
  try {
    const foreign: ForeignClaim[] = [];
    for (const one of claims) {
      const holder = await holderOf(connection, one.context);
      if (holder !== undefined && holder !== one.installation) foreign.push({ ...one, holder });
    }
    const contexts = new Set(foreign.map(({ context }) => context));
    const queues: HeldQueue[] = [];
    for (const at of addresses)
      if (at.lane !== 'broadcast' && contexts.has(at.context)) queues.push(...(await look(connection, at)));
    const isFree = queues.every(({ consumers }) => consumers === 0);
    if (apply && isFree) for (const one of foreign) await take(connection, one);
    return { claims: foreign, queues, taken: apply && isFree };
  } finally {
    await connection.close().catch(() => undefined);
  }
}

async function look(connection: ChannelModel, at: Exclude<Address, { lane: 'broadcast' }>): Promise<HeldQueue[]> {
  try {
    let found: HeldQueue[] = [];
    await onOwnChannel(connection, async (channel) => {
      const { messageCount, consumerCount } = await channel.checkQueue(queueName(at));
      found = [{ queue: addressName(at), messages: messageCount, consumers: consumerCount }];
    });
    return found;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

async function take(connection: ChannelModel, one: Claim): Promise<void> {
  await onOwnChannel(connection, async (channel) => void (await channel.deleteExchange(claimName(one.context))));
  await declareClaim(connection, one);
}
