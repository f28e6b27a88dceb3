import { type Context, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { LRUCache } from 'lru-cache';

/** Which traces are kept though the sampler left them out, and how many may be held until that is known. */
export interface RemarkableTracesOptions {
  /** A span that took as long makes its trace one to keep; milliseconds. */
  readonly slowMs: number;
  /** Traces that are held at once; the one that got its last span first goes. Default 1,000. */
  readonly mostTraces?: number;
  /** Spans that are held of one; more are not. Default 200. */
  readonly mostSpans?: number;
  /** How long a trace is held since its last span; milliseconds. Default 60,000. */
  readonly heldMs?: number;
}

/**
 * What is known of a trace that is not sampled: spans that ended, or that it is kept, so that none is held any more.
 */
type Held = ReadableSpan[] | 'kept';

/**
 * Keeps the traces that one will ask for: with a span that failed, or that was slow. Spans of traces that are not
 * sampled are held until one of them is such a span; then all go to the processor behind, and those that follow, too.
 *
 *   held     spans are collected
 *   kept     each span goes on as it ends
 *   (gone)   it is not remarkable, or made room for others; its spans are dropped
 *
 * Each host decides for what happened at it: of a trace that failed at one host the other hosts' spans are kept where
 * they failed or were slow as well, as they are when they waited for it.
 */
export class RemarkableTraces implements SpanProcessor {
  readonly #traces: LRUCache<string, Held>;
  readonly #slowNs: number;
  readonly #mostSpans: number;

  constructor(
    private readonly behind: SpanProcessor,
    { slowMs, mostTraces = 1_000, mostSpans = 200, heldMs = 60_000 }: RemarkableTracesOptions,
  ) {
    this.#traces = new LRUCache({ max: mostTraces, ttl: heldMs });
    this.#slowNs = slowMs * 1e6;
    this.#mostSpans = mostSpans;
  }

  onStart(span: Span, parent: Context): void {
    this.behind.onStart(span, parent);
  }

  onEnd(span: ReadableSpan): void {
    const { traceFlags, traceId } = span.spanContext();
    if ((traceFlags & TraceFlags.SAMPLED) !== 0) return this.behind.onEnd(span);
    const held = this.#traces.get(traceId) ?? [];
    if (held === 'kept') return this.behind.onEnd(asSampled(span));
    if (this.#isRemarkable(span)) {
      for (const before of held) this.behind.onEnd(asSampled(before));
      this.behind.onEnd(asSampled(span));
      this.#traces.set(traceId, 'kept');
      return;
    }
    if (held.length < this.#mostSpans) held.push(span);
    this.#traces.set(traceId, held);
  }

  forceFlush(): Promise<void> {
    return this.behind.forceFlush();
  }

  shutdown(): Promise<void> {
    this.#traces.clear();
    return this.behind.shutdown();
  }

  #isRemarkable({ status, duration: [seconds, nanoseconds] }: ReadableSpan): boolean {
    return status.code === SpanStatusCode.ERROR || seconds * 1e9 + nanoseconds >= this.#slowNs;
  }
}

/** The processors of the SDK let pass only what says that it is sampled. */
function asSampled(span: ReadableSpan): ReadableSpan {
  const sampled = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => sampled } });
}
