import { currentScope, currentTraceparent } from '@isolith/message-bus';
import { readTraceparent } from '@isolith/observability';

const TRACE_ID = /^[0-9a-f]{32}$/;

/** What the log says of the work around a line: whose code runs, for which message, in which trace. */
export function scopeLogFields(): Readonly<Record<string, unknown>> {
  const scope = currentScope();
  if (scope === undefined) return {};
  const trace = readTraceparent(currentTraceparent());
  // At the edge the correlation id is the trace id.
  const traceId = trace?.traceId ?? (TRACE_ID.test(scope.correlationId) ? scope.correlationId : undefined);
  return {
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(trace === undefined ? {} : { span_id: trace.spanId }),
    correlation_id: scope.correlationId,
    context_name: scope.context,
    ...(scope.envelope === undefined ? {} : { message_type: scope.envelope.type, message_id: scope.envelope.id }),
  };
}
