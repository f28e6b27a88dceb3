import type { ContextJournal } from '@isolith/journal';
import { causesIn } from '@isolith/journal/internal';
import type { RequestHandler } from '@isolith/message-bus';
import type { SagaStatus } from '@isolith/saga/nest';
import { answer } from './answer.js';
import { causeMessagesOf, MOST_CAUSES } from './cause-messages.js';

const BY = 'operations of causes';

/** What a context of this host answers about what a request led to in it. */
export function causeAnswers(
  context: string,
  journal: ContextJournal,
  known: SagaStatus | undefined,
): readonly RequestHandler[] {
  const { ListCauses } = causeMessagesOf(context);
  const sagas = known?.contexts().includes(context) === true ? known : undefined;
  return [
    answer(ListCauses, BY, async ({ correlationId }) => {
      const [recorded, begun] = await Promise.all([
        causesIn(journal, correlationId, MOST_CAUSES),
        sagas?.causes(context, correlationId, MOST_CAUSES),
      ]);
      const items = [
        ...recorded.items.map((one) => ({ ...one, sent: undefined })),
        ...(begun?.items ?? []).map(({ at, sent, ...one }) => ({
          ...one,
          at: at.toISOString(),
          sent: sent === undefined ? undefined : [...sent],
        })),
      ];
      const isWhole = items.length <= MOST_CAUSES && !recorded.more && begun?.more !== true;
      return { items: items.slice(0, MOST_CAUSES), more: !isWhole };
    }),
  ];
}
