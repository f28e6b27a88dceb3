import { randomUUID } from 'node:crypto';
import { contractOf, type Envelope } from '@isolith/contracts';
import { currentTraceparent, type MessageScope } from '@isolith/message-bus';
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
  /** The command that recorded it, which is its cause, and what led to that. */
  command: z.object({ type: z.string(), causationid: z.string().optional() }).optional(),
});

export type EventMetadata = Readonly<z.output<typeof eventMetadata>>;

/** The longest ordering key that an envelope can carry as its subject. */
const LONGEST_KEY = 500;

/** What all events of one unit of work have in common beside their data: JSON, without the brace that opens it. */
export function originOf({ context, envelope, correlationId, principal }: MessageScope): string {
  const traceparent = currentTraceparent();
  const origin: Omit<EventMetadata, 'id'> = {
    correlationid: correlationId,
    ...(envelope === undefined ? {} : { causationid: envelope.id }),
    // The context speaks; the user is on record, and authorises nobody's reaction.
    principal: { service: context, roles: [], ...(principal.user === undefined ? {} : { user: principal.user }) },
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(envelope?.kind === 'command' ? { command: commandOf(envelope) } : {}),
  };
  return JSON.stringify(origin).slice(1);
}

/** The inbox keeps no name of a command, and nobody else what led to it. */
const commandOf = ({ type, causationid }: Envelope): NonNullable<EventMetadata['command']> =>
  causationid === undefined ? { type } : { type, causationid };

/**
 * An event as it will be stored. The text is made now, so what the caller does to its event later changes nothing.
 * Throws a TypeError for what is no event of this context, ContractViolationError for what does not fit its contract.
 */
export function pendingEvent(
  event: object,
  context: string,
  origin: string,
  at?: { stream: string; version: number },
): PendingEvent {
  const contract = contractOf(event);
  if (contract?.kind !== 'event')
    throw new TypeError(`${event.constructor.name} is no event with a contract; only such can be recorded`);
  if (contract.context !== context)
    throw new TypeError(`${context} can't record ${contract.name}: only ${contract.context} can`);
  const data = contract.copyInput(event);
  const key = String(data[contract.key]);
  if (key.length > LONGEST_KEY)
    throw new TypeError(`${contract.name}: the key "${contract.key}" is longer than ${LONGEST_KEY} characters`);
  return {
    stream: at?.stream ?? null,
    version: at?.version ?? null,
    type: contract.name,
    schema_version: contract.version,
    key,
    data: JSON.stringify(data),
    metadata: `{"id":"${randomUUID()}",${origin}`,
  };
}

/** As parameters of a statement that writes one row. */
export const valuesOf = ({
  stream,
  version,
  type,
  schema_version,
  key,
  data,
  metadata,
}: PendingEvent): readonly unknown[] => [stream, version, type, schema_version, key, data, metadata];

/** As the JSON document from which a statement writes several rows; data and metadata are JSON already. */
export function documentOf(rows: readonly PendingEvent[]): string {
  // Streams, types and keys are few, and the same from row to row.
  const quoted = new Map<string, string>();
  const quote = (text: string): string => {
    let json = quoted.get(text);
    if (json === undefined) quoted.set(text, (json = JSON.stringify(text)));
    return json;
  };
  const texts = rows.map(
    ({ stream, version, type, schema_version, key, data, metadata }) =>
      `[${stream === null ? 'null' : quote(stream)},${version},${quote(type)},${schema_version},${quote(key)},${data},${metadata}]`,
  );
  return `[${texts.join(',')}]`;
}
