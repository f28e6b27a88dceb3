import { command, query, role } from '@isolith/contracts';
import { ProjectionBuilding, ProjectionNotFound } from '@isolith/event-sourcing';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { operatorText, reason } from './operator-text.js';
import { perContext } from './per-context.js';

const access = [role(OPERATOR)];

export const projectionStatus = z.object({
  name: z.string(),
  version: z.int(),
  generation: z.int(),
  status: z.enum(['building', 'live', 'retired']),
  /** Every event up to here is in its rows. */
  position: z.int(),
  /** Positions of the journal that it has not looked at. */
  behind: z.int(),
  events: z.int(),
  startedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Of one that is being built. */
  progress: z.object({ percent: z.number(), eventsPerSecond: z.int(), secondsLeft: z.int().optional() }).optional(),
});

/**
 * What every context with a database answers about its projections, to operators only. One set of classes per context.
 */
function declare<const C extends string>(context: C) {
  const ListProjections = query(`${context}.actuator-list-projections`, {
    input: z.object({}),
    output: z.object({ items: z.array(projectionStatus) }),
    access,
  });
  const RebuildProjection = command(`${context}.actuator-rebuild-projection`, {
    input: z.object({ name: operatorText, reason }),
    failures: [ProjectionNotFound, ProjectionBuilding],
    access,
  });
  return { ListProjections, RebuildProjection } as const;
}

export type ProjectionMessages = ReturnType<typeof declare<string>>;

export const projectionMessagesOf = perContext<ProjectionMessages>(declare);
