import type { RequestHandler } from '@isolith/message-bus';
import { SagaNotFound, type SagaDetail, type SagaSummary } from '@isolith/saga';
import type { SagaStatus } from '@isolith/saga/nest';
import { answer, operator } from './answer.js';
import { sagaMessagesOf } from './saga-messages.js';

const BY = 'operations of sagas';

const summaryOf = ({ createdAt, updatedAt, ...saga }: SagaSummary) => ({
  ...saga,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

function detailOf({ createdAt, updatedAt, dueAt, leasedUntil, deadlineAt, timeline, ...saga }: SagaDetail) {
  return {
    ...saga,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    leasedUntil: leasedUntil?.toISOString(),
    deadlineAt: deadlineAt?.toISOString(),
    timeline: timeline.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })),
  };
}

/** What a context of this host answers about its sagas; one without sagas has none to tell of. */
export function sagaAnswers(context: string, known: SagaStatus | undefined): readonly RequestHandler[] {
  const { ListSagas, ShowSaga, OperateSaga } = sagaMessagesOf(context);
  const sagas = known?.contexts().includes(context) === true ? known : undefined;
  return [
    answer(ListSagas, BY, async ({ filter: { name, id, status }, limit }) => {
      const filter = {
        ...(name === undefined ? {} : { name }),
        ...(id === undefined ? {} : { id }),
        ...(status === undefined ? {} : { status }),
      };
      return { items: ((await sagas?.list(context, filter, limit)) ?? []).map(summaryOf) };
    }),
    answer(ShowSaga, BY, async ({ name, id }) => {
      const found = await sagas?.find(context, name, id);
      if (found === undefined) throw new SagaNotFound({ name, id });
      return detailOf(found);
    }),
    answer(OperateSaga, BY, async ({ name, id, action, reason }) => {
      if (sagas === undefined) throw new SagaNotFound({ name, id });
      const operations = sagas.operations(context);
      const by = { operator: operator(), reason };
      // Each is one unit of work, and its value is the command's reply.
      switch (action) {
        case 'retry':
          return operations.retry(name, id, by);
        case 'skip':
          return operations.skip(name, id, by);
        case 'take-over':
          return operations.takeOver(name, id, by);
      }
    }),
  ];
}
