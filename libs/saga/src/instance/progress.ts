import { principalSchema } from '@isolith/contracts';
import { z } from 'zod';
import type { Signal } from '../definition/planned-wait.js';
import type { WaitEnd } from '../definition/wait.js';

/**
 * The status of a saga, and what leads from one to the next:
 *
 *   running --last step done--> completed
 *      |
 *      '--a step failed--> compensating --all undone, failed told--> compensated
 *      |                        |
 *      '------------------------'--what is due keeps failing, and it is no outage--> needs-attention
 *   needs-attention --an operator retries or skips--> running, compensating or their end
 *      '--an operator takes over--> taken-over: a person ended it by hand
 */
export const sagaStatus = z.enum([
  'running',
  'compensating',
  'completed',
  'compensated',
  'needs-attention',
  'taken-over',
]);
/** How far a saga has come, as it is stored. */
export type SagaStatusName = z.output<typeof sagaStatus>;

const trouble = z.object({ type: z.string(), detail: z.string() });
/** Why the last attempt came to nothing. */
export type Trouble = Readonly<z.output<typeof trouble>>;

const wait = z.object({
  /** The contract of the event that it waits for; null for a wait that only time ends. */
  event: z.string().nullable(),
  /** The value of that event's key field. */
  key: z.string().nullable(),
  /** Reminders that were given. */
  reminders: z.int(),
  /** Milliseconds from the begin of the wait to the next reminder; null when there is none to come. */
  nextReminderMs: z.number().nullable(),
  /** The next reminder is due, and may have been sent. */
  isReminding: z.boolean(),
});
/** What a saga waits for, from when it begins to wait until it goes on. */
export type Wait = Readonly<z.output<typeof wait>>;

/** What changes from one transition of a saga to the next. */
export const progressSchema = z.object({
  status: sagaStatus,
  state: z.unknown(),
  /** The step that is due; none while a saga is compensated or once it has ended. */
  step: z.string().nullable(),
  /** Steps whose effect exists, or may exist, oldest first. Compensation takes them from the end. */
  done: z.array(z.string()).readonly(),
  /** Why it turned back. */
  cause: z.object({ step: z.string(), type: z.string(), detail: z.string() }).nullable(),
  /** Attempts of what is due that came to nothing. */
  attempts: z.int(),
  /** How many of them were no outage: so many lead to needs-attention. */
  defects: z.int(),
  /**
   * How often what is due was refused for good: each refusal is the stored outcome of its command id, so the next has
   * another.
   */
  refusals: z.int(),
  trouble: trouble.nullable(),
  /** Of the step that is due, once it has begun to wait. */
  wait: wait.nullable(),
  /** Ids of the events that its steps have taken: none is taken twice. */
  heard: z.array(z.string()).readonly(),
});
export type Progress = Readonly<z.output<typeof progressSchema>>;

/** A saga as it is saved. */
export const sagaRow = progressSchema.extend({
  name: z.string(),
  id: z.string(),
  /**
   * Of the definition that it follows: the one that began it, or a later one that it has moved on to. A host without
   * that one leaves it alone.
   */
  version: z.int(),
  /** Counts the saves; a save names the one that it follows. */
  revision: z.int(),
  /** Counts the claims; a save names the one that it was made under. */
  token: z.int(),
  /** Milliseconds until its deadline, by the database's clock when the row was read; null without one. */
  remaining_ms: z.number().nullable(),
  /** Milliseconds until its wait is over, and since that began, as `remaining_ms`; null while it does not wait. */
  wait_ms: z.number().nullable(),
  waited_ms: z.number().nullable(),
  /** Whom its commands speak for. */
  principal: principalSchema,
  correlation_id: z.string(),
  /** The span in which it was begun, as W3C Trace Context names it; null where nobody traced. */
  traceparent: z.string().nullable(),
});
export type SagaRow = Readonly<z.output<typeof sagaRow>>;

/** One save of a saga. */
export interface Transition {
  readonly next: Progress;
  /** What the saga's timeline keeps of it; nothing for an attempt that will be repeated. */
  readonly entry?: string;
  /** Milliseconds until what is due is due; 0 goes on at once. */
  readonly pauseMs: number;
  /** The deadline has passed and this is what became of it; it is looked at no more. */
  readonly deadlineOver?: true;
  /** A wait begins, and this is when it is over. */
  readonly waitEnd?: WaitEnd;
  /** Only if no such event is there; otherwise what `taking` makes of the oldest that the saga has not taken. */
  readonly unlessHeard?: { readonly event: Hearing; readonly taking: (signal: Signal) => Transition };
}

/** Which event, of which key, and which of them the saga has taken already. */
export interface Hearing {
  readonly contract: string;
  readonly key: string;
  readonly heard: readonly string[];
}

/** A saga by its name and its business key. */
export interface SagaKey {
  readonly name: string;
  readonly id: string;
}

export const isMoving = ({ status }: Progress): boolean => status === 'running' || status === 'compensating';
