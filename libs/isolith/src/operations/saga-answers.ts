import { UnitOfWork, type ContextJournal } from '@isolith/journal';
import { OperatorActions } from '@isolith/journal/internal';
import type { RequestHandler } from '@isolith/message-bus';
import {
  SagaNotFound,
  type SagaDetail,
  type SagaOperations,
  type SagaOperator,
  type SagaStatusName,
  type SagaSummary,
} from '@isolith/saga';
import type { SagaStatus } from '@isolith/saga/nest';
import type { z } from 'zod';
import { answer, operator } from './answer.js';
import { sagaMessagesOf, type sagaAction } from './saga-messages.js';

const BY = 'operations of sagas';

const summaryOf = ({ createdAt, updatedAt, ...saga }: SagaSummary) => ({
  ...saga,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

function detailOf({
  createdAt,
  updatedAt,
  dueAt,
  leasedUntil,
  deadlineAt,
  waitingSince,
  waitUntil,
  timeline,
  ...saga
}: SagaDetail) {
  return {
    ...saga,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    leasedUntil: leasedUntil?.toISOString(),
    deadlineAt: deadlineAt?.toISOString(),
    waitingSince: waitingSince?.toISOString(),
    waitUntil: waitUntil?.toISOString(),
    timeline: timeline.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })),
  };
}

/** What a context of this host answers about its sagas; one without sagas has none to tell of. */
export function sagaAnswers(
  context: string,
  journal: ContextJournal,
  known: SagaStatus | undefined,
): readonly RequestHandler[] {
  const { ListSagas, ShowSaga, OperateSaga } = sagaMessagesOf(context);
  const sagas = known?.contexts().includes(context) === true ? known : undefined;
  return [
    answer(ListSagas, BY, async ({ filter: { name, id, status }, limit, cursor }) => {
      const filter = {
        ...(name === undefined ? {} : { name }),
        ...(id === undefined ? {} : { id }),
        ...(status === undefined ? {} : { status }),
      };
      const found = await sagas?.page(context, filter, limit, cursor);
      return { items: (found?.items ?? []).map(summaryOf), nextCursor: found?.nextCursor };
    }),
    answer(ShowSaga, BY, async ({ name, id }) => {
      const found = await sagas?.find(context, name, id);
      if (found === undefined) throw new SagaNotFound({ name, id });
      return detailOf(found);
    }),
    answer(OperateSaga, BY, async ({ name, id, action, reason }) => {
      if (sagas === undefined) throw new SagaNotFound({ name, id });
      const operations = sagas.operations(context);
      const by = operator();
      const unit = new UnitOfWork(journal);
      // The act and its audit are one unit of work, and its value is the command's reply.
      return unit.run(async () => {
        const status = await operate(operations, action, name, id, { operator: by, reason });
        const { text, values } = new OperatorActions(journal).recording({
          by,
          action: `${action}-saga`,
          subject: { saga: name, id, reason },
          result: { status },
        });
        unit.write(text, values);
        return status;
      });
    }),
  ];
}

function operate(
  operations: SagaOperations,
  action: z.output<typeof sagaAction>,
  name: string,
  id: string,
  by: SagaOperator,
): Promise<SagaStatusName> {
  switch (action) {
    case 'retry':
      return operations.retry(name, id, by);
    case 'skip':
      return operations.skip(name, id, by);
    case 'compensate':
      return operations.compensate(name, id, by);
    case 'take-over':
      return operations.takeOver(name, id, by);
  }
}
