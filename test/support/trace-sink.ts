import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const attribute = z.object({ key: z.string(), value: z.unknown() });
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: z.union([z.string(), z.number()]).transform(BigInt),
  attributes: z.array(attribute).default([]),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  status: z.object({ code: z.int().optional() }).default({}),
});
/** What OTLP/HTTP has of traces: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

/** A span as it was exported. */
export interface ExportedSpan extends Omit<z.output<typeof span>, 'attributes'> {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of the host that exported it. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Takes what hosts export, as a store of traces would. */
export interface TraceSink {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  spansOf(traceId: string): readonly ExportedSpan[];
  /** All that came, as it came. */
  raw(): string;
  close(): Promise<void>;
}

export async function startTraceSink(): Promise<TraceSink> {
  const bodies: string[] = [];
  const spans: ExportedSpan[] = [];
  const refused: unknown[] = [];
  const take = (body: string): void => {
    bodies.push(body);
    for (const { resource, scopeSpans } of request.parse(JSON.parse(body)).resourceSpans)
      for (const found of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({ ...found, attributes: valuesOf(found.attributes), resource: valuesOf(resource.attributes) });
  };
  const server = createServer((asked, answer) => {
    void text(asked)
      .then(take)
      .catch((error: unknown) => refused.push(error))
      .finally(() => answer.setHeader('content-type', 'application/json').end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    spansOf: (traceId) => {
      if (refused.length > 0) throw new AggregateError(refused, 'hosts have exported what is no OTLP');
      return spans.filter((found) => found.traceId === traceId);
    },
    raw: () => bodies.join('\n'),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function valuesOf(attributes: readonly z.output<typeof attribute>[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

const arrayValue = z.object({ arrayValue: z.object({ values: z.array(z.unknown()) }) });

/** `{stringValue}`, `{arrayValue: {values}}` and so on. */
function valueOf(value: unknown): unknown {
  const { data } = arrayValue.safeParse(value);
  return data === undefined ? Object.values(Object(value))[0] : data.arrayValue.values.map(valueOf);
}
