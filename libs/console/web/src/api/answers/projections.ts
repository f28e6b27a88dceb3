import * as z from 'zod/mini';
import { moment, unreachable } from './shared.js';

/** How far a journal has been handed over to one subscription. */
export const relay = z.object({
  /** Whose journal it is. */
  producer: z.string(),
  context: z.string(),
  subscription: z.string(),
  leader: z.boolean(),
  position: z.number(),
  end: z.number(),
  lag: z.number(),
  unfinished: z.number(),
  oldestUnfinishedMs: z.number(),
  failures: z.number(),
});
export type Relay = z.infer<typeof relay>;

/** A build of a projection. */
export const projection = z.object({
  context: z.string(),
  name: z.string(),
  version: z.number(),
  generation: z.number(),
  status: z.enum(['building', 'live', 'retired']),
  position: z.number(),
  behind: z.number(),
  events: z.number(),
  startedAt: moment,
  updatedAt: moment,
  progress: z.optional(
    z.object({ percent: z.number(), eventsPerSecond: z.number(), secondsLeft: z.optional(z.number()) }),
  ),
});
export type Projection = z.infer<typeof projection>;

export const projections = z.object({
  items: z.array(relay),
  projections: z.array(projection),
  unreachable: z.array(unreachable),
});

export const rewound = z.object({
  items: z.array(
    z.object({
      producer: z.string(),
      /** Everything up to here had been handed over. */
      from: z.number(),
      /** Everything behind here is handed over again. */
      to: z.number(),
      events: z.number(),
      applied: z.boolean(),
    }),
  ),
});
export type Rewound = z.infer<typeof rewound>;
