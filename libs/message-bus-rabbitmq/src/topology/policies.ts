import { z } from 'zod';
import type { QueueSpec } from './topology.js';

/** What the management API tells of a queue. */
export const queuePolicies = z.object({
  policy: z.string().nullish(),
  operator_policy: z.string().nullish(),
  effective_policy_definition: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).nullish(),
});

/**
 * What the policies on a queue undo of what its declaration promises, one clause each. Numbers of a policy and of a
 * declaration are combined to the lower one, and on a quorum queue a policy's overflow is stronger than a
 * declaration's: measured on 3.10.
 */
export function harmOf(queue: QueueSpec, found: z.output<typeof queuePolicies>): readonly string[] {
  const definition = found.effective_policy_definition;
  if (definition === undefined || definition === null || Array.isArray(definition)) return [];
  const by = [found.policy, found.operator_policy].filter((name) => name !== undefined && name !== null && name !== '');
  const isQuorum = queue.arguments['x-queue-type'] === 'quorum';
  return Object.entries(definition).flatMap(([key, value]) => {
    const harm = harmOfKey(key, value, queue, isQuorum);
    return harm === undefined ? [] : [`policy ${by.join(' and ')} sets ${key} to ${String(value)}: ${harm}`];
  });
}

function harmOfKey(key: string, value: unknown, queue: QueueSpec, isQuorum: boolean): string | undefined {
  switch (key) {
    case 'message-ttl':
      return 'what waits for longer is dropped';
    case 'expires':
      return isQuorum ? 'a queue without a consumer for so long is deleted with all that it holds' : undefined;
    case 'overflow':
      return isQuorum && value !== 'reject-publish'
        ? 'a full queue drops what it holds, and no sender is told'
        : undefined;
    case 'delivery-limit':
      return isLower(value, queue.arguments['x-delivery-limit'])
        ? 'what was in hand when hosts died so often is given up, guilty or not'
        : undefined;
    case 'dead-letter-exchange':
      return queue.arguments['x-dead-letter-exchange'] === undefined
        ? 'what expires is kept where nobody reads it'
        : undefined;
    default:
      return undefined;
  }
}

const isLower = (value: unknown, than: unknown): boolean =>
  typeof value === 'number' && typeof than === 'number' && value >= 0 && value < than;
