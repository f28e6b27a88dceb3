import { failure } from '@isolith/contracts';
import { z } from 'zod';

/** There is no saga of that name and id in the context. */
export class SagaNotFound extends failure('sagas.not-found', {
  status: 404,
  data: z.object({ name: z.string(), id: z.string() }),
  detail: ({ name, id }) => `there is no saga ${name} ${id}`,
}) {}

/** Nobody may step in: it has ended, goes its way without help, or is being moved at this moment. */
export class SagaNotWaiting extends failure('sagas.not-waiting', {
  status: 409,
  data: z.object({ status: z.string() }),
  detail: ({ status }) => `the saga is ${status}; this is done to one that waits for a person`,
}) {}

/** What is due can't be told from the saga and the definition that this host has. */
export class SagaNotSkippable extends failure('sagas.not-skippable', {
  status: 409,
  data: z.object({ why: z.string() }),
  detail: ({ why }) => `nothing can be skipped: ${why}; take the saga over instead`,
}) {}
