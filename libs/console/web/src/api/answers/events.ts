import * as z from 'zod/mini';
import { moment, pageOf, unreachable } from './shared.js';

export const recorded = z.object({
  position: z.number(),
  stream: z.optional(z.string()),
  /** Of the event in its stream. */
  version: z.optional(z.number()),
  type: z.string(),
  at: moment,
  messageId: z.string(),
  correlationId: z.string(),
  causationId: z.optional(z.string()),
  by: z.optional(z.string()),
  data: z.optional(z.unknown()),
  hidden: z.optional(z.string()),
});
export type Recorded = z.infer<typeof recorded>;
export const recordedPage = pageOf(recorded);

export const inStream = z.extend(recorded, { version: z.number(), state: z.optional(z.unknown()) });
export type InStream = z.infer<typeof inStream>;

export const streamPage = z.object({
  stream: z.string(),
  aggregate: z.optional(z.string()),
  /** Why events of an aggregate have no state. */
  stateless: z.optional(z.string()),
  items: z.array(inStream),
  nextCursor: z.optional(z.string()),
});
export type StreamPage = z.infer<typeof streamPage>;

/** Something that happened because of something else. */
export const cause = z.object({
  id: z.string(),
  parent: z.optional(z.string()),
  kind: z.enum(['command', 'event', 'saga', 'step']),
  name: z.string(),
  context: z.string(),
  at: moment,
  outcome: z.optional(z.string()),
  detail: z.optional(z.string()),
});
export type Cause = z.infer<typeof cause>;

export const causes = z.object({
  correlationId: z.string(),
  items: z.array(cause),
  unreachable: z.array(unreachable),
  /** There are more than are shown. */
  more: z.optional(z.boolean()),
});
export type Causes = z.infer<typeof causes>;
