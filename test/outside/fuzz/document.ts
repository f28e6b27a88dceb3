import { z } from 'zod';

/** A JSON Schema as the document has it. */
export type Schema = Readonly<Record<string, unknown>>;

const content = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()).optional() }));
const operation = z.object({
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), schema: z.record(z.string(), z.unknown()).default({}) }))
    .default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
});
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()).default({}) }),
});

export interface Operation {
  /** `POST /v1/orders/{id}/cancel` */
  readonly call: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: z.output<typeof operation>['parameters'];
  readonly body: Schema | undefined;
  /** What may be wrong with an answer: a status that is not told of, or a body that is told otherwise. */
  readonly wrongIn: (status: number, body: unknown) => string | undefined;
}

/** What the document of a running shop says, with every reference in its place. */
export async function operationsOf(url: string): Promise<readonly Operation[]> {
  const raw: unknown = await (await fetch(`${url}/docs-json`)).json();
  const { components } = document.parse(raw);
  const { paths } = document.parse(resolved(raw, components.schemas));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, { parameters, requestBody, responses }]) => {
      const method = verb.toUpperCase();
      const answers = new Map(
        Object.entries(responses)
          .filter(([status]) => status !== 'default')
          .map(([status, told]) => [Number(status), Object.values(told.content ?? {})[0]?.schema]),
      );
      const shapes = new Map(
        [...answers].flatMap(([status, schema]) =>
          schema === undefined ? [] : [[status, z.fromJSONSchema(schema)] as const],
        ),
      );
      return {
        call: `${method} ${path}`,
        method,
        path,
        parameters,
        body: requestBody?.content['application/json']?.schema,
        wrongIn: (status: number, body: unknown) => {
          if (!answers.has(status)) return `${status} is not in the document`;
          const read = shapes.get(status)?.safeParse(body);
          return read === undefined || read.success ? undefined : z.prettifyError(read.error);
        },
      };
    }),
  );
}

function resolved(value: unknown, schemas: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, schemas));
  if (typeof value !== 'object' || value === null) return value;
  const name = '$ref' in value ? /^#\/components\/schemas\/(.+)$/.exec(String(value.$ref))?.[1] : undefined;
  if (name !== undefined) return resolved(schemas[name], schemas);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, schemas)]));
}
