import { command, failure, query, role, service } from '@isolith/contracts';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { operatorText, reason } from './operator-text.js';
import { perContext } from './per-context.js';

/** Ids of one question, and of one answer. */
export const MOST_IDS = 1_000;

const ids = z.array(z.string().max(200)).max(MOST_IDS);

/** No journal of this context serves such a subscription. */
export class SubscriptionNotKnown extends failure('subscription.not-known', {
  data: z.object({ what: z.string() }),
  status: 404,
  detail: ({ what }) => what,
}) {}

/** `last-effect`: before the first event without an effect at its consumer. */
export const rewindTo = z.union([
  z.literal('last-effect'),
  z.object({ position: z.int().min(0) }),
  z.object({ time: z.iso.datetime() }),
]);

export const rewindPlan = z.object({
  /** Everything up to here had been handed over. */
  from: z.int(),
  /** Everything behind here is handed over again. */
  to: z.int(),
  /** So many events. */
  events: z.int(),
  applied: z.boolean(),
});

/**
 * What contexts with a database tell of the effects of events: to the contexts that recorded them, and to operators.
 */
function declare<const C extends string>(context: C) {
  const DealtWith = query(`${context}.actuator-dealt-with`, {
    input: z.object({ subscription: operatorText, ids }),
    output: z.object({ ids }),
    access: [service(), role(OPERATOR)],
  });
  const WaitingEvents = query(`${context}.actuator-waiting-events`, {
    input: z.object({ subscription: operatorText }),
    output: z.object({ ids, inboxDays: z.int() }),
    access: [service(), role(OPERATOR)],
  });
  const RewindSubscription = command(`${context}.actuator-rewind-subscription`, {
    input: z.object({ consumer: operatorText, subscription: operatorText, to: rewindTo, reason, apply: z.boolean() }),
    output: rewindPlan,
    failures: [SubscriptionNotKnown],
    access: [role(OPERATOR)],
  });
  return { DealtWith, WaitingEvents, RewindSubscription } as const;
}

export type EffectsMessages = ReturnType<typeof declare<string>>;

export const effectsMessagesOf = perContext<EffectsMessages>(declare);
