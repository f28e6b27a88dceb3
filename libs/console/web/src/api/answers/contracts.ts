import * as z from 'zod/mini';
import { jsonSchema } from './shared.js';

export const contract = z.object({
  name: z.string(),
  kind: z.enum(['command', 'query', 'event']),
  context: z.string(),
  version: z.number(),
  input: jsonSchema,
  output: z.optional(jsonSchema),
  failures: z.array(z.string()),
  /** Who may send it, in words. */
  access: z.array(z.string()),
  /** Contexts that declare to need it or to subscribe to it. */
  usedBy: z.array(z.string()),
});
export type Contract = z.infer<typeof contract>;
export const contracts = z.object({ items: z.array(contract) });

export const sent = z.object({
  outcome: z.enum(['answered', 'failed']),
  output: z.optional(z.unknown()),
  problem: z.optional(z.unknown()),
});
export type Sent = z.infer<typeof sent>;
