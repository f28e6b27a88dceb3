import { operationsOf } from '@isolith/isolith';
import { Injectable, type Type } from '@nestjs/common';
import { CommandHandler, QueryHandler } from '@nestjs/cqrs';

/** Sagas that were retried, and sequences that were handled again, by a context's name and what they are called. */
@Injectable()
export class Operated {
  readonly done: string[] = [];
}

const at = '2026-01-01T00:00:00.000Z';
const stuck = {
  name: 'refund',
  id: 'r-1',
  status: 'needs-attention',
  attempts: 9,
  createdAt: at,
  updatedAt: at,
} as const;

/** What a context with a saga that is stuck and one that is set aside answers. */
function operated(context: string): Type[] {
  const { ListSagas, ShowSaga, OperateSaga, ListParked, GroupParked, ReplaySequence } = operationsOf(context);

  @QueryHandler(ListSagas)
  class Sagas {
    async execute() {
      return { items: [stuck] };
    }
  }

  @QueryHandler(ShowSaga)
  class Saga {
    async execute() {
      return { ...stuck, version: 1, dueAt: at, correlationId: 'c', timeline: [] };
    }
  }

  @CommandHandler(OperateSaga)
  class Operating {
    constructor(private readonly operated: Operated) {}

    async execute({ name, id, action }: InstanceType<typeof OperateSaga>) {
      this.operated.done.push(`${action} ${context}.${name} ${id}`);
      return 'running';
    }
  }

  @QueryHandler(ListParked)
  class Parked {
    async execute() {
      return { items: [] };
    }
  }

  @QueryHandler(GroupParked)
  class Groups {
    async execute() {
      return { items: [] };
    }
  }

  @CommandHandler(ReplaySequence)
  class Replaying {
    constructor(private readonly operated: Operated) {}

    async execute({ subscription, key }: InstanceType<typeof ReplaySequence>) {
      this.operated.done.push(`replay ${context}.${subscription} ${key}`);
      return { status: 'completed', replayed: 1, left: 0 };
    }
  }
  return [Sagas, Saga, Operating, Parked, Groups, Replaying];
}

/** Only what the assistant needs of each may be there: what nobody needs nobody answers for. */
export const operatedContexts = [Operated, ...['orders', 'payments', 'notifications'].flatMap(operated)];
