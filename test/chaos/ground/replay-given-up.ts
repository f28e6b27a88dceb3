import { z } from 'zod';
import { freshKey, type Ground } from './ground.js';

const parked = z.looseObject({
  context: z.string(),
  subscription: z.string(),
  key: z.string().optional(),
  problem: z.object({ detail: z.string() }).optional(),
});
const page = z.object({ items: z.array(parked) });
/** A queue's length and its time are a policy's; how often a message is delivered is the shop's own bound. */
const BY_POLICY = /^given up by the broker \((maxlen|expired)\)/;

/**
 * As an operator who has taken a policy back: what the broker gave up because of it is parked, and its key's events
 * behind it, for a person to say that they may run. docs/operations/broker.md
 */
export async function replayGivenUp({ plainAdmin, admin }: Pick<Ground, 'plainAdmin' | 'admin'>): Promise<void> {
  const { items } = await plainAdmin.expect(200, page, plainAdmin.get('/actuator/parked?limit=100'));
  for (const { context, subscription, key, problem } of items) {
    if (key === undefined || problem === undefined || !BY_POLICY.test(problem.detail)) continue;
    await admin.post(`/actuator/parked/${context}/replay`, freshKey(), { subscription, key });
  }
}
