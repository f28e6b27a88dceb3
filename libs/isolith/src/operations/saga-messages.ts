import { command, query, role } from '@isolith/contracts';
import {
  SagaCursorUnknown,
  SagaNotCompensable,
  SagaNotFound,
  SagaNotSkippable,
  SagaNotWaiting,
  sagaStatus,
} from '@isolith/saga';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { operatorText, reason } from './operator-text.js';
import { perContext } from './per-context.js';

const at = z.iso.datetime();
const trouble = z.object({ type: z.string(), detail: z.string() });

export const sagaFilter = z.object({
  name: operatorText.optional(),
  id: operatorText.optional(),
  status: sagaStatus.optional(),
});

export const sagaSummary = z.object({
  name: z.string(),
  id: z.string(),
  status: sagaStatus,
  step: z.string().optional(),
  cause: trouble.extend({ step: z.string() }).optional(),
  attempts: z.int(),
  trouble: trouble.optional(),
  createdAt: at,
  updatedAt: at,
});

export const sagaDetail = sagaSummary.extend({
  version: z.int(),
  holder: z.string().optional(),
  leasedUntil: at.optional(),
  dueAt: at,
  deadlineAt: at.optional(),
  /** What it waits for, while it waits: an event and its key, absent where only time ends the wait. */
  waitsFor: z.object({ event: z.string().optional(), key: z.string().optional(), reminders: z.int() }).optional(),
  waitingSince: at.optional(),
  waitUntil: at.optional(),
  correlationId: z.string(),
  timeline: z.array(
    z.object({
      at,
      what: z.string(),
      attempts: z.int().optional(),
      trouble: trouble.optional(),
      operator: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
});

/**
 * `retry` goes on from where it is, `skip` counts what is due as done, `compensate` turns it back, `take-over` ends it:
 * a person does the rest by hand.
 */
export const sagaAction = z.enum(['retry', 'skip', 'compensate', 'take-over']);

const access = [role(OPERATOR)];
const which = { name: operatorText, id: operatorText };

/** What every context with a database answers about its sagas, to operators only. One set of classes per context. */
function declare<const C extends string>(context: C) {
  const ListSagas = query(`${context}.actuator-list-sagas`, {
    input: z.object({ filter: sagaFilter, limit: z.int().min(1).max(100), cursor: z.string().max(2_000).optional() }),
    output: z.object({ items: z.array(sagaSummary), nextCursor: z.string().optional() }),
    failures: [SagaCursorUnknown],
    access,
  });
  const ShowSaga = query(`${context}.actuator-show-saga`, {
    input: z.object(which),
    output: sagaDetail,
    failures: [SagaNotFound],
    access,
  });
  const OperateSaga = command(`${context}.actuator-operate-saga`, {
    input: z.object({ ...which, action: sagaAction, reason }),
    output: sagaStatus,
    failures: [SagaNotFound, SagaNotWaiting, SagaNotSkippable, SagaNotCompensable],
    access,
  });
  return { ListSagas, ShowSaga, OperateSaga } as const;
}

export type SagaMessages = ReturnType<typeof declare<string>>;

export const sagaMessagesOf = perContext<SagaMessages>(declare);
