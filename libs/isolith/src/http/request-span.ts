import { contextOf } from '@isolith/message-bus';
import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';

const tracer = trace.getTracer('@isolith/isolith');

/** The route's pattern: a label of metrics and the name of spans, of which there must not be one for each path. */
export const routeLabelOf = ({ is404, routeOptions }: FastifyRequest): string =>
  is404 ? 'unmatched' : (routeOptions.url ?? 'unmatched');

/**
 * A span of the server around a request, as OpenTelemetry's HTTP conventions have it; it ends by itself when the
 * request was answered, or its client has left. The path stays out: ids are in it. One that records nothing where
 * nobody traces.
 */
export function openSpan(request: FastifyRequest, reply: FastifyReply): Span {
  const { method } = request;
  const { traceparent } = request.headers;
  const span = tracer.startSpan(
    method,
    { kind: SpanKind.SERVER },
    contextOf(typeof traceparent === 'string' ? traceparent : undefined),
  );
  if (!span.isRecording()) return span;
  reply.raw.once('close', () => {
    const [route, status] = [routeLabelOf(request), reply.statusCode];
    span.updateName(`${method} ${route}`);
    span.setAttributes({ 'http.request.method': method, 'http.route': route });
    if (!reply.raw.writableFinished) span.setAttribute('error.type', 'client-left');
    else if (status >= 500) span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR });
    if (reply.raw.writableFinished) span.setAttribute('http.response.status_code', status);
    span.end();
  });
  return span;
}
