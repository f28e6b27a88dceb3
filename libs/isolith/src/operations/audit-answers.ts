import type { ContextJournal, RecordedAction } from '@isolith/journal';
import { OperatorActions } from '@isolith/journal/internal';
import type { RequestHandler } from '@isolith/message-bus';
import { z } from 'zod';
import { answer } from './answer.js';
import { auditMessagesOf } from './audit-messages.js';
import { withinBytes } from './within-bytes.js';

const BY = 'operations of the audit';

/** Every act has its own words for what it was done to; the reason is among them where one was asked for. */
const withReason = z.looseObject({ reason: z.string() });

function auditedOf({ at, by, action, subject, result }: RecordedAction) {
  const said = withReason.safeParse(subject);
  const { reason, ...about } = said.success ? said.data : { reason: undefined, ...z.looseObject({}).parse(subject) };
  return {
    at,
    operator: by,
    act: action,
    reason,
    subjectJson: JSON.stringify(about),
    outcomeJson: JSON.stringify(result),
  };
}

/** What a context of this host answers about what people did to it. */
export function auditAnswers(context: string, journal: ContextJournal): readonly RequestHandler[] {
  const { ListAudit } = auditMessagesOf(context);
  const actions = new OperatorActions(journal);
  return [
    answer(ListAudit, BY, async ({ limit, cursor }) => {
      const found = (await actions.recent(limit, cursor)).map((action) => ({ action, shown: auditedOf(action) }));
      const { items, whole } = withinBytes(found, ({ shown }) => shown.subjectJson.length + shown.outcomeJson.length);
      const last = items.at(-1);
      return {
        items: items.map(({ shown }) => shown),
        nextCursor: last !== undefined && (!whole || items.length === limit) ? last.action.id : undefined,
      };
    }),
  ];
}
