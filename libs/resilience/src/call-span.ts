import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BulkheadFullError, CircuitOpenError } from './errors.js';

const tracer = trace.getTracer('@isolith/resilience');

/** What becomes of one run, as its policies go through it. */
export class CallNotes {
  /** What retry has begun, the first one included. */
  rounds = 0;
  /** What hedging has begun, the first one of each round included. */
  branches = 0;
  /** Attempts that reached the call. */
  attempts = 0;
  refusedBy: 'circuit' | 'bulkhead' | undefined;
  isFallback = false;

  constructor(private readonly policy: string) {}

  /** Notes whether the policy's own circuit or bulkhead was it. */
  failed(error: unknown): void {
    if (error instanceof CircuitOpenError && error.policy === this.policy) this.refusedBy = 'circuit';
    else if (error instanceof BulkheadFullError && error.policy === this.policy) this.refusedBy = 'bulkhead';
  }

  /** As attributes of the run's span. */
  attributes(): Record<string, string | number | boolean> {
    return {
      'isolith.policy.name': this.policy,
      'isolith.policy.attempts': this.attempts,
      'isolith.policy.retried': this.rounds > 1,
      'isolith.policy.hedged': this.branches > this.rounds,
      'isolith.policy.fallback': this.isFallback,
      ...(this.refusedBy === undefined ? {} : { 'isolith.policy.refused_by': this.refusedBy }),
    };
  }
}

/**
 * Runs a call under its policy in a span of its own, by OpenTelemetry's API alone: whoever sets up its SDK gets it. Of
 * an error it has the name; its text may hold what must not be exported. `isAnswer`: expected failures are answers, and
 * the caller's own leaving is nobody's fault.
 */
export async function inCall<T>(
  policy: string,
  isAnswer: (error: unknown) => boolean,
  work: (notes: CallNotes) => Promise<T>,
): Promise<T> {
  const notes = new CallNotes(policy);
  const span = tracer.startSpan(`call ${policy}`, { kind: SpanKind.CLIENT });
  if (!span.isRecording()) return work(notes);
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(notes));
  } catch (error) {
    markFailed(span, error, !isAnswer(error));
    throw error;
  } finally {
    span.setAttributes(notes.attributes()).end();
  }
}

function markFailed(span: Span, error: unknown, isError: boolean): void {
  span.setAttribute('error.type', nameOf(error));
  if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Anything can be thrown, also what throws when it is looked at. */
function nameOf(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error;
  } catch {
    return 'unreadable';
  }
}
