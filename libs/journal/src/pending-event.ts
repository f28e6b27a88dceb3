import { randomUUID } from 'node:crypto';
import { contractOf } from '@isolith/contracts';
import type { MessageScope } from '@isolith/message-bus';
import { z } from 'zod';

/** A row of the journal that its unit has not written yet. */
export interface PendingEvent {
  readonly stream: string | null;
  readonly version: number | null;
  readonly type: string;
  readonly schema_version: number;
  readonly key: string;
  readonly data: string;
  readonly metadata: string;
}

/** What stands beside an event's data: how it came about, and its identity. */
export const eventMetadata = z.object({
  id: z.string(),
  correlationid: z.string(),
  causationid: z.string().optional(),
  principal: z.object({ service: z.string(), user: z.string().optional(), roles: z.array(z.string()).readonly() }),
  traceparent: z.string().optional(),
});

export type EventMetadata = Readonly<z.output<typeof eventMetadata>>;

/** The longest ordering key that an envelope can carry as its subject. */
const LONGEST_KEY = 500;

/**
 * An event as it will be stored. The text is made now, so what the caller does to its event later changes nothing.
 * Throws a TypeError for what is no event of this context, ContractViolationError for what does not fit its contract.
 */
export function pendingEvent(event: object, { context, envelope, correlationId, principal }: MessageScope, at?: { stream: string; version: number }): PendingEvent {
  const contract = contractOf(event);
  if (contract?.kind !== 'event') throw new TypeError(`${event.constructor.name} is no event with a contract; only such can be recorded`);
  if (contract.context !== context) throw new TypeError(`${context} can't record ${contract.name}: only ${contract.context} can`);
  const data = contract.copyInput(event);
  const key = String(data[contract.key]);
  if (key.length > LONGEST_KEY) throw new TypeError(`${contract.name}: the key "${contract.key}" is longer than ${LONGEST_KEY} characters`);
  const metadata: EventMetadata = {
    id: randomUUID(),
    correlationid: correlationId,
    ...(envelope === undefined ? {} : { causationid: envelope.id }),
    // The context speaks; the user is on record, and authorises nobody's reaction.
    principal: { service: context, roles: [], ...(principal.user === undefined ? {} : { user: principal.user }) },
    ...(envelope?.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
  };
  return {
    stream: at?.stream ?? null,
    version: at?.version ?? null,
    type: contract.name,
    schema_version: contract.version,
    key,
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
  };
}
