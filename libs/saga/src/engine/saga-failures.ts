import { failure } from '@isolith/contracts';
import { z } from 'zod';

/** There is no saga of that name and id in the context. */
export class SagaNotFound extends failure('sagas.not-found', {
  status: 404,
  data: z.object({ name: z.string(), id: z.string() }),
  detail: ({ name, id }) => `there is no saga ${name} ${id}`,
}) {}

/** No page of this list gave such a cursor. */
export class SagaCursorUnknown extends failure('sagas.invalid-cursor', {
  status: 400,
  kept: false,
  data: z.object({ pointer: z.string() }),
  detail: 'the cursor must be the nextCursor of a page',
}) {}

/** Nobody may step in: it has ended, goes its way without help, or is being moved at this moment. */
export class SagaNotWaiting extends failure('sagas.not-waiting', {
  status: 409,
  data: z.object({ status: z.string() }),
  detail: ({ status }) => `the saga is ${status}; this is done to one that waits for a person`,
}) {}

/** It can't be turned back: there is no way back, or it has turned back or ended before. */
export class SagaNotCompensable extends failure('sagas.not-compensable', {
  status: 409,
  data: z.object({ why: z.string() }),
  detail: ({ why }) => `the saga can't be turned back: ${why}`,
}) {}

/** What is due can't be told from the saga and the definition that this host has. */
export class SagaNotSkippable extends failure('sagas.not-skippable', {
  status: 409,
  data: z.object({ why: z.string() }),
  detail: ({ why }) => `nothing can be skipped: ${why}; take the saga over instead`,
}) {}
