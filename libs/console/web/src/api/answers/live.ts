import * as z from 'zod/mini';

export const seenHost = z.object({
  /** Of the process. */
  id: z.optional(z.string()),
  name: z.string(),
  contexts: z.array(z.string()),
  /** `ready`, `starting`, `draining`, `silent`, …; a later release may have more. */
  state: z.string(),
  version: z.optional(z.string()),
  lastSeen: z.union([z.string(), z.number()]),
});
export type SeenHost = z.infer<typeof seenHost>;

/** What goes from one context to another on a lane. */
export const edge = z.object({
  from: z.string(),
  to: z.string(),
  /** `command`, `query`, `event` or `broadcast`; a later release may have more. */
  lane: z.string(),
  perSecond: z.number(),
  failedPerSecond: z.number(),
  p50Ms: z.optional(z.nullable(z.number())),
  p99Ms: z.optional(z.nullable(z.number())),
});
export type Edge = z.infer<typeof edge>;

export const attention = z.object({
  sagas: z.number(),
  parked: z.number(),
  openCircuits: z.number(),
  waiting: z.number(),
  /** Contexts of which nothing is counted: they gave no answer. */
  unreachable: z.optional(z.array(z.string())),
});
export type Attention = z.infer<typeof attention>;

const moment = z.union([z.string(), z.number()]);
/** The whole shop at a moment. */
export const snapshot = z.object({ at: moment, hosts: z.array(seenHost), edges: z.array(edge), attention });
export type Snapshot = z.infer<typeof snapshot>;

/** What is there instead of what was; what is absent is as before. */
export const snapshotChange = z.partial(snapshot);

/** Why the host ends the stream. */
export const ending = z.object({ reason: z.string() });
