import { randomUUID } from 'node:crypto';
import { steadyNow } from '@isolith/contracts';
import type { Envelope } from '@isolith/contracts';

/** Envelopes that use every attribute there is. */
export function commandEnvelope(context: string, data: unknown): Envelope {
  return {
    ...attributes(context),
    kind: 'command',
    type: `${context}.do`,
    deadline: steadyNow() + 3_600_000,
    principal: { service: 'gateway', user: 'u-1', roles: ['customer', 'support'] },
    revokes: randomUUID(),
    data,
  };
}

/** Events of one subject keep their order; one without a subject has none. */
export function eventEnvelope(context: string, subject: string | undefined, data: unknown): Envelope {
  return {
    ...attributes(context),
    kind: 'event',
    type: `${context}.done`,
    ...(subject === undefined ? {} : { subject }),
    data,
  };
}

/** The answer of a listener to a request, with this data. */
export function answerTo(request: Envelope, data: unknown): Envelope {
  const { id, type, schemaversion, correlationid, source } = request;
  return {
    specversion: '1.0',
    id,
    source,
    type,
    time: new Date().toISOString(),
    kind: 'reply',
    schemaversion,
    correlationid,
    data,
  };
}

function attributes(context: string) {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: `/${context}`,
    time: new Date().toISOString(),
    schemaversion: 3,
    correlationid: randomUUID(),
    causationid: randomUUID(),
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  } as const;
}
