import { z } from 'zod';

const work = z.object({ atOnce: z.int().min(1), forMs: z.number().positive() });
const measured = z.object({
  operations: z.int(),
  elapsedMs: z.number(),
  latency: z.object({ p50: z.number(), p99: z.number() }).optional(),
});

/** What the process of a contestant is asked for. */
export const asked = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), work }),
  z.object({ kind: z.literal('close') }),
]);
/** What it answers; `ready` once, unasked. */
export const answered = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), address: z.string().optional() }),
  z.object({ kind: z.literal('measured'), measured }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export const surroundings = z.object({
  databaseUrl: z.string(),
  transportUrl: z.string(),
  serverAddress: z.string().optional(),
});
