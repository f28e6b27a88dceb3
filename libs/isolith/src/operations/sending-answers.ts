import { UnitOfWork, type ContextJournal } from '@isolith/journal';
import { OperatorActions } from '@isolith/journal/internal';
import type { RequestHandler } from '@isolith/message-bus';
import { answer, operator } from './answer.js';
import { sendingMessagesOf } from './sending-messages.js';

const BY = 'operations of messages sent by hand';

/** Writes down who sends what by hand, and never what is in it: that may be personal. */
export function sendingAnswers(context: string, journal: ContextJournal): readonly RequestHandler[] {
  const { NoteSending } = sendingMessagesOf(context);
  return [
    answer(NoteSending, BY, async ({ contract, id }) => {
      const unit = new UnitOfWork(journal);
      await unit.run(async () => {
        const { text, values } = new OperatorActions(journal).recording({
          by: operator(),
          action: 'send-message',
          subject: { contract, id },
          result: { begun: true },
        });
        unit.write(text, values);
      });
    }),
  ];
}
