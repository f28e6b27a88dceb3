import { randomBytes } from 'node:crypto';

/** The two ids of W3C Trace Context that tie log lines together, in lower-case hex. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/;

/** The ids in a `traceparent`; undefined for one that is malformed or all zeros (the standard calls those invalid). */
export function readTraceparent(traceparent: unknown): TraceIds | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, traceId = '', spanId = ''] = TRACEPARENT.exec(traceparent) ?? [];
  return /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(spanId) && !traceparent.startsWith('ff') ? { traceId, spanId } : undefined;
}

/** The ids of a span of our own: within the caller's trace if it has one, else the first of a new trace. */
export const newSpan = (within?: TraceIds): TraceIds => ({ traceId: within?.traceId ?? randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') });
