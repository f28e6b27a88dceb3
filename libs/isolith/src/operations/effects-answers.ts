import { effectsIn, OperatorActions, planRewind } from '@isolith/journal/internal';
import { findLastEffect, type ContextJournal } from '@isolith/journal';
import type { JournalHost } from '@isolith/journal/nest';
import type { MessageRouter, RequestHandler } from '@isolith/message-bus';
import { answer, operator } from './answer.js';
import { effectsMessagesOf, MOST_IDS, SubscriptionNotKnown } from './effects-messages.js';
import { effectsOf } from './remote-effects.js';

const BY = 'operations of subscriptions';

/** What a context of this host answers about events that it took, and about subscriptions that it serves. */
export function effectsAnswers(
  context: string,
  journal: ContextJournal,
  { journals, router }: { readonly journals: JournalHost; readonly router: MessageRouter },
): readonly RequestHandler[] {
  const { DealtWith, WaitingEvents, RewindSubscription } = effectsMessagesOf(context);
  return [
    answer(DealtWith, BY, async ({ subscription, ids }) => ({
      ids: [...(await effectsIn(journal, subscription).dealtWith(ids))],
    })),
    answer(WaitingEvents, BY, async ({ subscription }) => ({
      ids: (await effectsIn(journal, subscription).waiting()).slice(0, MOST_IDS),
      inboxDays: journals.inboxDays(context),
    })),
    answer(RewindSubscription, BY, async ({ consumer, subscription, to, reason, apply }) => {
      const of = { context: consumer, subscription };
      const unknown = (): SubscriptionNotKnown =>
        new SubscriptionNotKnown({ what: `the journal of ${context} serves no ${consumer}.${subscription}` });
      let target = to === 'last-effect' ? undefined : to;
      if (target === undefined) {
        const { effects, inboxDays } = await effectsOf(router, consumer, subscription);
        const last = await findLastEffect(journal, of, effects, { inboxDays });
        if (last === undefined) throw unknown();
        target = { position: last.position };
      }
      const plan = await planRewind(journal, of, target);
      if (plan === undefined) throw unknown();
      const done = apply ? await journals.rewind(context, of, plan.to) : undefined;
      const result = { ...plan, applied: done !== undefined };
      if (apply)
        await new OperatorActions(journal).record({
          by: operator(),
          action: 'rewind-subscription',
          subject: { subscription: `${consumer}.${subscription}`, to, reason },
          result,
        });
      return result;
    }),
  ];
}
