import * as z from 'zod/mini';

const circuit = z.enum(['closed', 'open', 'half-open']);

/** A policy of one host; moments are epoch milliseconds. */
export const policy = z.object({
  name: z.string(),
  context: z.optional(z.string()),
  breaker: z.optional(circuit),
  mayHalfOpenAt: z.optional(z.number()),
  lastChange: z.optional(z.object({ from: circuit, to: circuit, at: z.number(), by: z.optional(z.string()) })),
  failures: z.number(),
  bulkhead: z.optional(z.object({ running: z.number(), queued: z.number() })),
  retriesLeft: z.optional(z.number()),
  counts: z.object({ attempts: z.number(), failures: z.number(), refused: z.number(), fallbacks: z.number() }),
  lastError: z.optional(z.object({ at: z.number(), message: z.string() })),
  host: z.object({ id: z.string(), machine: z.string(), pid: z.number() }),
  lastSeenSeconds: z.number(),
});
export type Policy = z.infer<typeof policy>;
export const policies = z.object({ items: z.array(policy) });
export const moved = z.object({ policy: z.string(), hosts: z.array(z.string()) });
