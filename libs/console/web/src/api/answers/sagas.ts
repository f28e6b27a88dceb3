import * as z from 'zod/mini';
import { moment, pageOf, trouble } from './shared.js';

export const sagaStatuses = [
  'running',
  'compensating',
  'completed',
  'compensated',
  'needs-attention',
  'taken-over',
] as const;

export const saga = z.object({
  context: z.string(),
  name: z.string(),
  id: z.string(),
  status: z.enum(sagaStatuses),
  step: z.optional(z.string()),
  cause: z.optional(z.object({ step: z.string(), type: z.string(), detail: z.string() })),
  attempts: z.number(),
  trouble: z.optional(trouble),
  createdAt: moment,
  updatedAt: moment,
});
export type Saga = z.infer<typeof saga>;
export const sagaPage = pageOf(saga);

export const timelineEntry = z.object({
  at: moment,
  what: z.string(),
  attempts: z.optional(z.number()),
  trouble: z.optional(trouble),
  operator: z.optional(z.string()),
  reason: z.optional(z.string()),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const sagaWhole = z.extend(saga, {
  version: z.number(),
  holder: z.optional(z.string()),
  leasedUntil: z.optional(moment),
  dueAt: moment,
  deadlineAt: z.optional(moment),
  waitsFor: z.optional(z.object({ event: z.optional(z.string()), key: z.optional(z.string()), reminders: z.number() })),
  waitingSince: z.optional(moment),
  waitUntil: z.optional(moment),
  correlationId: z.string(),
  timeline: z.array(timelineEntry),
});
export type SagaWhole = z.infer<typeof sagaWhole>;

export const operated = z.object({ status: z.string() });
