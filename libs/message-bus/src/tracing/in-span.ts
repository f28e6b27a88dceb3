import { Failure, IsolithError } from '@isolith/contracts';
import {
  type Context,
  context,
  isSpanContextValid,
  type Link,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** Answers below it are the asker's doing, or what was to be found out: they are told, and are no errors. */
export const SERVER_ERROR = 500;

/**
 * Runs work in a span that was begun under `parent`, and ends the span with it. What the work throws is told by its
 * name alone: its text may hold what must not be exported. Where nobody traces the work runs as it would without.
 */
export function inSpan<T>(span: Span, parent: Context, work: () => Promise<T>): Promise<T> {
  if (!isSpanContextValid(span.spanContext())) return work();
  return ended(span, context.with(trace.setSpan(parent, span), work));
}

async function ended<T>(span: Span, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure) markFailed(span, error.contract.name, error.contract.status >= SERVER_ERROR);
    else if (error instanceof IsolithError) markFailed(span, error.code, error.status >= SERVER_ERROR);
    else markFailed(span, error instanceof Error ? error.name : typeof error, true);
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Says of a span why it came to nothing, and with `isError` that this is somebody's fault and no answer.
 *
 * @param code a word of a small set, which the conventions call `error.type`
 */
export function markFailed(span: Span | undefined, code: string, isError: boolean): void {
  span?.setAttribute('error.type', code);
  if (isError) span?.setStatus({ code: SpanStatusCode.ERROR });
}

/**
 * The span that is open, as a link of one that is begun under `parent` in another trace: somebody has it done now whom
 * it does not come from, such as an operator who replays a message.
 */
export function linksFrom(parent: Context): Link[] {
  const active = trace.getSpanContext(context.active());
  if (active === undefined || !isSpanContextValid(active)) return [];
  return active.traceId === trace.getSpanContext(parent)?.traceId ? [] : [{ context: active }];
}
