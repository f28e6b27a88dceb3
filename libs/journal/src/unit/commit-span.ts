import { inSpan } from '@isolith/message-bus';
import { context, SpanKind, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('@isolith/journal');

/**
 * A span around the commit of a unit of work, in whatever is traced around it. What a host does by itself, such as the
 * renewal of leases, commits all the time and makes no traces of its own.
 */
export function inCommit(of: string, events: number, commit: () => Promise<void>): Promise<void> {
  if (trace.getActiveSpan()?.isRecording() !== true) return commit();
  const parent = context.active();
  const attributes = { 'isolith.context': of, 'isolith.unit.events': events };
  return inSpan(tracer.startSpan(`commit ${of}`, { kind: SpanKind.INTERNAL, attributes }, parent), parent, commit);
}
