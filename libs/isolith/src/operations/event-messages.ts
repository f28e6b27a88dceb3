import { failure, query, role } from '@isolith/contracts';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { operatorText } from './operator-text.js';
import { perContext } from './per-context.js';

export const eventCursor = z.string().regex(/^\d{1,15}$/, 'must be the nextCursor of a page');

/** No event of this context stands in such a stream. */
export class StreamNotFound extends failure('event.stream-not-found', {
  data: z.object({ what: z.string() }),
  status: 404,
  detail: ({ what }) => what,
}) {}

export const recordedEvent = z.object({
  position: z.int(),
  stream: z.string().optional(),
  /** Of the event in its stream. */
  version: z.int().optional(),
  type: z.string(),
  at: z.iso.datetime(),
  messageId: z.string(),
  correlationId: z.string(),
  causationId: z.string().optional(),
  /** The user on whose behalf it was recorded. */
  by: z.string().optional(),
  /** Its data as its contract has it today, as JSON text, personal values masked; absent when it is hidden. */
  dataJson: z.string().optional(),
  hidden: z.string().optional(),
});

export const eventInStream = recordedEvent.omit({ stream: true }).extend({
  version: z.int(),
  /** Of the aggregate after this event, as JSON text. */
  stateJson: z.string().optional(),
});

export const eventFilter = z.object({ type: operatorText.optional(), stream: operatorText.optional() });

const page = { limit: z.int().min(1).max(100), cursor: eventCursor.optional() };
const access = [role(OPERATOR)];

/** What every context with a database answers about what it has recorded, to operators only. */
function declare<const C extends string>(context: C) {
  const ListEvents = query(`${context}.actuator-list-events`, {
    input: z.object({ filter: eventFilter, ...page }),
    output: z.object({ items: z.array(recordedEvent), nextCursor: z.string().optional() }),
    access,
  });
  const ShowStream = query(`${context}.actuator-show-stream`, {
    input: z.object({ stream: operatorText, ...page }),
    output: z.object({
      /** Whose stream it is; absent where no aggregate is declared for it. */
      aggregate: z.string().optional(),
      /** Why events of an aggregate have no state. */
      stateless: z.string().optional(),
      items: z.array(eventInStream),
      nextCursor: z.string().optional(),
    }),
    failures: [StreamNotFound],
    access,
  });
  return { ListEvents, ShowStream } as const;
}

export type EventMessages = ReturnType<typeof declare<string>>;

export const eventMessagesOf = perContext<EventMessages>(declare);
