import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import { traceparentOf } from '../tracing/traceparent.js';
import { currentScope } from './scope.js';

/**
 * What follows from the running code names this as its cause: the span that is open, else the one that the message
 * named which is being handled, or that the work was begun with. Undefined where nobody traces.
 */
export function currentTraceparent(): string | undefined {
  const open = trace.getSpanContext(context.active());
  if (open !== undefined && isSpanContextValid(open)) return traceparentOf(open);
  const scope = currentScope();
  return scope?.envelope?.traceparent ?? scope?.traceparent;
}
