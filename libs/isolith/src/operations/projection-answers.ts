import { ProjectionNotFound, type ProjectionStatus } from '@isolith/event-sourcing';
import type { ProjectionRegistry } from '@isolith/event-sourcing/nest';
import { UnitOfWork, type ContextJournal } from '@isolith/journal';
import { OperatorActions } from '@isolith/journal/internal';
import type { RequestHandler } from '@isolith/message-bus';
import { answer, operator } from './answer.js';
import { projectionMessagesOf } from './projection-messages.js';

const BY = 'operations of projections';

/** Field by field: what a build knows besides is not the operators'. */
const statusOf = (status: ProjectionStatus) => {
  const { name, version, generation, position, behind, events, progress } = status;
  return {
    name,
    version,
    generation,
    status: status.status,
    position,
    behind,
    events,
    startedAt: status.started_at.toISOString(),
    updatedAt: status.updated_at.toISOString(),
    ...(progress === undefined ? {} : { progress }),
  };
};

/** What a context of this host answers about its projections; one without any has none to tell of. */
export function projectionAnswers(
  context: string,
  journal: ContextJournal,
  known: ProjectionRegistry | undefined,
): readonly RequestHandler[] {
  const { ListProjections, RebuildProjection } = projectionMessagesOf(context);
  const projections = known?.of(context);
  return [
    answer(ListProjections, BY, async () => ({ items: ((await projections?.status()) ?? []).map(statusOf) })),
    answer(RebuildProjection, BY, async ({ name, reason }) => {
      if (projections === undefined) throw new ProjectionNotFound({ name });
      const unit = new UnitOfWork(journal);
      await unit.run(async () => {
        await projections.rebuild(name);
        const { text, values } = new OperatorActions(journal).recording({
          by: operator(),
          action: 'rebuild-projection',
          subject: { projection: name, reason },
          result: { begun: true },
        });
        unit.write(text, values);
      });
    }),
  ];
}
