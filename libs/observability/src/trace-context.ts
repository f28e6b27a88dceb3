import { randomFillSync } from 'node:crypto';

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
  return /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(spanId) && !traceparent.startsWith('ff')
    ? { traceId, spanId }
    : undefined;
}

// Drawn from the system for hundreds of ids at once: one by one they cost a request more than all its validation.
const pool = Buffer.alloc(8_192);
let drawn = pool.length;

function randomHex(bytes: number): string {
  if (drawn + bytes > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const hex = pool.toString('hex', drawn, drawn + bytes);
  drawn += bytes;
  return hex;
}

/** The ids of a span of our own: within the caller's trace if it has one, else the first of a new trace. */
export const newSpan = (within?: TraceIds): TraceIds => ({
  traceId: within?.traceId ?? randomHex(16),
  spanId: randomHex(8),
});
