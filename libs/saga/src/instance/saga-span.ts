import { contextOf, inSpan, linksFrom, markFailed } from '@isolith/message-bus';
import { type Span, SpanKind, trace } from '@opentelemetry/api';
import type { SagaRow, Transition } from './progress.js';

const tracer = trace.getTracer('@isolith/saga');

/** How a move ended; `lost`: another host has the saga, or an operator has stepped in, and nothing was saved. */
type MoveOutcome = 'done' | 'again' | 'waiting' | 'turned-back' | 'needs-attention' | 'late' | 'lost';

/**
 * A span around one move of a saga, from what is sent to what is saved, under the one in which the saga began: whoever
 * moves it, and however long after. The work tells what it saved; nothing where the saga was lost. Of the saga's state,
 * which may hold personal data, nothing is in it.
 */
export function inMove<T extends { readonly made: Transition | undefined }>(
  row: SagaRow,
  work: () => Promise<T>,
): Promise<T> {
  const parent = contextOf(row.traceparent ?? undefined);
  const span = tracer.startSpan(`saga ${row.name} ${whatIsDue(row)}`, { kind: SpanKind.INTERNAL }, parent);
  return inSpan(span, parent, async () => {
    const moved = await work();
    if (span.isRecording()) describe(span, row, moved.made);
    return moved;
  });
}

/**
 * A span around what a person does to a saga: it is in the saga's trace, and links to the request of that person. Who
 * it was and why is in the saga's timeline.
 */
export function inAct<T>(row: SagaRow, act: string, work: () => Promise<T>): Promise<T> {
  const parent = contextOf(row.traceparent ?? undefined);
  const attributes = { 'isolith.saga.name': row.name, 'isolith.saga.id': row.id };
  const options = { kind: SpanKind.INTERNAL, links: linksFrom(parent), attributes };
  return inSpan(tracer.startSpan(`saga ${row.name} operator: ${act}`, options, parent), parent, work);
}

/** As the saga's commands are named, so that there is one name for each step and direction. */
function whatIsDue({ status, step, done, wait }: SagaRow): string {
  if (status === 'running') return wait?.isReminding === true ? `${step}.remind` : `${step}`;
  const last = done.at(-1);
  return last === undefined ? 'failed' : `${last}.compensate`;
}

function describe(span: Span, row: SagaRow, made: Transition | undefined): void {
  const outcome = made === undefined ? 'lost' : outcomeOf(row, made);
  span.setAttributes({
    'isolith.saga.name': row.name,
    'isolith.saga.id': row.id,
    'isolith.saga.attempt': row.attempts + 1,
    'isolith.saga.outcome': outcome,
  });
  const why = outcome === 'turned-back' ? made?.next.cause?.type : made?.next.trouble?.type;
  if (why !== undefined) markFailed(span, why, outcome === 'needs-attention');
}

function outcomeOf(row: SagaRow, { next, pauseMs, deadlineOver }: Transition): MoveOutcome {
  if (next.status === 'needs-attention') return 'needs-attention';
  if (row.cause === null && next.cause !== null) return 'turned-back';
  if (deadlineOver === true) return 'late';
  if (pauseMs === 0) return 'done';
  return next.trouble === null && next.wait !== null ? 'waiting' : 'again';
}
