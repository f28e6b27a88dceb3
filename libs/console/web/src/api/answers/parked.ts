import * as z from 'zod/mini';
import { jsonSchema, moment, pageOf, trouble } from './shared.js';

/** Messages that were parked for one cause. */
export const parkedGroup = z.object({
  context: z.string(),
  subscription: z.string(),
  type: z.optional(z.string()),
  problem: z.optional(z.string()),
  count: z.number(),
  oldestAt: moment,
  newestAt: moment,
  example: z.object({ id: z.string(), detail: z.optional(z.string()) }),
});
export type ParkedGroup = z.infer<typeof parkedGroup>;
export const parkedGroups = pageOf(parkedGroup);

export const parked = z.object({
  context: z.string(),
  id: z.string(),
  subscription: z.string(),
  key: z.string(),
  type: z.optional(z.string()),
  messageId: z.string(),
  attempts: z.number(),
  problem: z.optional(trouble),
  parkedAt: moment,
  behind: z.number(),
});
export type Parked = z.infer<typeof parked>;
export const parkedPage = pageOf(parked);

export const parkedWhole = z.extend(parked, {
  bytes: z.number(),
  envelope: z.optional(
    z.object({
      id: z.string(),
      source: z.string(),
      time: z.string(),
      schemaversion: z.number(),
      correlationid: z.string(),
      causationid: z.optional(z.string()),
      traceparent: z.optional(z.string()),
    }),
  ),
  data: z.optional(z.unknown()),
  hidden: z.optional(z.string()),
  schema: z.optional(jsonSchema),
  edited: z.optional(z.object({ at: moment, by: z.string(), reason: z.string() })),
});
export type ParkedWhole = z.infer<typeof parkedWhole>;

const failed = z.optional(z.object({ id: z.string(), problem: trouble }));

export const sequenceReplay = z.object({
  status: z.enum(['completed', 'failed', 'stopped']),
  replayed: z.number(),
  failed,
  left: z.number(),
});

export const parkedFilter = z.object({
  subscription: z.optional(z.string()),
  key: z.optional(z.string()),
  type: z.optional(z.string()),
  problem: z.optional(z.string()),
});

export const groupReplay = z.object({
  id: z.string(),
  filter: parkedFilter,
  perSecond: z.number(),
  status: z.enum(['running', 'completed', 'stopped']),
  replayed: z.number(),
  failed,
  reason: z.optional(z.string()),
  by: z.string(),
  startedAt: moment,
  endedAt: z.optional(moment),
});
export const replay = z.extend(groupReplay, { context: z.string() });
export type Replay = z.infer<typeof replay>;
export const replays = pageOf(replay);
export const discarded = z.object({ outcome: z.string() });
