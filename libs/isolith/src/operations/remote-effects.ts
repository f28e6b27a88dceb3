import { INBOX_DAYS, type Effects } from '@isolith/journal/internal';
import { withOptions, type MessageRouter } from '@isolith/message-bus';
import { z } from 'zod';
import { effectsMessagesOf } from './effects-messages.js';

const ANSWERS_WITHIN_MS = 3_000;
const dealt = z.object({ ids: z.array(z.string()) });
const waits = dealt.extend({ inboxDays: z.int() });

/** What became of events at their consumer, wherever that runs: asked over the bus. Rejects when it does not answer. */
export async function effectsOf(
  router: Pick<MessageRouter, 'send'>,
  consumer: string,
  subscription: string,
): Promise<{ readonly effects: Effects; readonly inboxDays: number }> {
  const { DealtWith, WaitingEvents } = effectsMessagesOf(consumer);
  const ask = (message: object): Promise<unknown> =>
    router.send(withOptions(message, { timeoutMs: ANSWERS_WITHIN_MS }));
  const { ids: waiting, inboxDays } = waits.parse(await ask(new WaitingEvents({ subscription })));
  return {
    inboxDays: Math.min(inboxDays, INBOX_DAYS),
    effects: {
      dealtWith: async (ids) =>
        ids.length === 0
          ? new Set()
          : new Set(dealt.parse(await ask(new DealtWith({ subscription, ids: [...ids] }))).ids),
      waiting: async () => waiting,
    },
  };
}
