import { failure } from '@isolith/contracts';
import { z } from 'zod';

const data = z.object({ what: z.string() });

/** There is no parked message, or no parked sequence, of this name (any more). */
export class ParkedNotFound extends failure('parked.not-found', { data, status: 404, detail: ({ what }) => what }) {}

/** What is parked can't be given other data: nobody here can tell what its data is. */
export class ParkedNotEditable extends failure('parked.not-editable', {
  data,
  status: 409,
  detail: ({ what }) => what,
}) {}

/** Somebody replays this already. */
export class ReplayRunning extends failure('parked.replay-running', {
  data,
  status: 409,
  detail: ({ what }) => what,
}) {}
