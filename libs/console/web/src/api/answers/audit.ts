import * as z from 'zod/mini';
import { moment, pageOf } from './shared.js';

/** What a person did to a context. */
export const act = z.object({
  context: z.string(),
  at: moment,
  operator: z.string(),
  act: z.string(),
  reason: z.optional(z.string()),
  subject: z.optional(z.unknown()),
  outcome: z.optional(z.unknown()),
});
export type Act = z.infer<typeof act>;
export const acts = pageOf(act);
