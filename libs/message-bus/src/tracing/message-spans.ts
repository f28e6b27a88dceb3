import type { Envelope, Outcome } from '@isolith/contracts';
import { context, isSpanContextValid, type Span, SpanKind, trace } from '@opentelemetry/api';
import { inSpan, linksFrom, markFailed, SERVER_ERROR } from './in-span.js';
import { contextOf, traceparentOf } from './traceparent.js';

/*
 * Spans of messages, by OpenTelemetry's API alone: whoever sets up its SDK gets them, nobody else pays for them. Names
 * and attributes are those of its messaging conventions (https://opentelemetry.io/docs/specs/semconv/messaging).
 * Nothing of a message's data is in them, and no text of an error, which may hold some.
 */

const tracer = trace.getTracer('@isolith/message-bus');

const TECHNICAL = new Set(['not-delivered', 'outcome-unknown', 'overloaded', 'handler-error', 'unknown-message']);

type Operation = 'send' | 'publish' | 'process';

/** A span around the sending of a message to an address; `work` gets the message, which names it. */
export function sending<T>(
  operation: 'send' | 'publish',
  envelope: Envelope,
  address: () => string,
  work: (envelope: Envelope) => Promise<T>,
): Promise<T> {
  const active = context.active();
  const cause = contextOf(envelope.traceparent);
  // An event comes from what recorded it. Whoever happens to have woken the relay has nothing to do with it.
  const isOfEnvelope = operation === 'publish' && trace.getSpanContext(cause) !== undefined;
  const parent = isOfEnvelope || trace.getSpanContext(active) === undefined ? cause : active;
  const span = tracer.startSpan(`${operation} ${envelope.type}`, { kind: SpanKind.PRODUCER }, parent);
  const named = span.spanContext();
  // Nobody traces. What came along with the cause goes on with the message.
  if (!isSpanContextValid(named)) return work(envelope);
  describe(span, operation, envelope, address);
  const sent = { ...envelope, traceparent: traceparentOf(named) };
  return inSpan(span, parent, () => work(sent));
}

/** A span around the handling of a message that came to an address. */
export function processing<T>(envelope: Envelope, address: () => string, work: () => Promise<T>): Promise<T> {
  const parent = contextOf(envelope.traceparent);
  const span = tracer.startSpan(
    `process ${envelope.type}`,
    { kind: SpanKind.CONSUMER, links: linksFrom(parent) },
    parent,
  );
  describe(span, 'process', envelope, address);
  return inSpan(span, parent, work);
}

/** The same for a request, whose outcome says how it went. */
export function answering(envelope: Envelope, address: () => string, work: () => Promise<Outcome>): Promise<Outcome> {
  return processing(envelope, address, async () => {
    const outcome = await work();
    const span = trace.getActiveSpan();
    if (outcome.outcome === 'failure') markFailed(span, outcome.name, outcome.status >= SERVER_ERROR);
    if (outcome.outcome === 'error') markFailed(span, outcome.code, TECHNICAL.has(outcome.code));
    return outcome;
  });
}

function describe(span: Span, operation: Operation, envelope: Envelope, address: () => string): void {
  if (!span.isRecording()) return;
  span.setAttributes({
    'messaging.system': 'isolith',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation === 'process' ? 'process' : 'send',
    'messaging.destination.name': address(),
    'messaging.message.id': envelope.id,
    'messaging.message.conversation_id': envelope.correlationid,
  });
}
