import { describeRoute, pathPrefixOf, type RouteDescription } from '@isolith/isolith/http';
import type { Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { enforcedSchema, withoutEmailFormat } from './enforced-schema.js';
import { GatewayModule } from './gateway.module.js';
import { problemAnswer, problemAnswers, problemSchema } from './problem-answers.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;
type Parameter = NonNullable<Operation['parameters']>[number];

const DESCRIPTION =
  'Every answer that is no success is a problem document (RFC 9457). Lists are pages: pass `nextCursor` as `cursor`.';

const KEPT_UNDER_KEY =
  'Repeating a request with the same key has no second effect. What was decided is kept under the key for 30 days and answered again: every 2xx and 409. Nothing is kept of a refusal that decided nothing (400, 401, 403, 404, 413, 415, 422, 429, 503): the same request with the same key asks anew. After 504 it is safe to repeat. The key with another request is 422 with type `idempotency-conflict`.';

/**
 * Serves the OpenAPI document at /docs-json; it is made when somebody asks for it first. Its server is where the
 * outside finds this host.
 */
export function serveOpenApi(app: NestFastifyApplication): void {
  let document: OpenAPIObject | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/docs-json', (request) => {
      document ??= openApi(app);
      return { ...document, servers: [{ url: pathPrefixOf(request) || '/' }] };
    });
}

/** The document of the routes, with what the edge enforces on each, read from where that is written. */
export function openApi(app: NestFastifyApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setTitle('Shop')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .setDescription(DESCRIPTION)
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    include: [GatewayModule],
    operationIdFactory: operationId,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: problemSchema },
  };
  const routes = routesOf(app);
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'patch', 'delete'] as const) {
      const operation = path[method];
      if (operation !== undefined)
        path[method] = Object(withoutEmailFormat(enforced(operation, method !== 'get', routes)));
    }
  }
  return document;
}

const operationId = (controller: string, method: string): string => `${controller}_${method}`;

type Routes = ReadonlyMap<string, { readonly controller: Type; readonly method: string }>;

/** Every method of the gateway's controllers, by the id of its operation. */
function routesOf(app: NestFastifyApplication): Routes {
  const gateway = [...app.get(ModulesContainer).values()].find(({ metatype }) => metatype === GatewayModule);
  const controllers = [...(gateway?.controllers.values() ?? [])].flatMap(({ metatype }) =>
    typeof metatype === 'function' && isType(metatype) ? [metatype] : [],
  );
  return new Map(
    controllers.flatMap((controller) =>
      Object.getOwnPropertyNames(controller.prototype).map((method) => [
        operationId(controller.name, method),
        { controller, method },
      ]),
    ),
  );
}

// Nest types what it makes controllers of as any function; it makes them of classes.
const isType = (value: object): value is Type => 'prototype' in value;

function enforced(operation: Operation, changes: boolean, routes: Routes): Operation {
  const route = routes.get(operation.operationId ?? '');
  if (route === undefined) throw new Error(`no route is called ${operation.operationId}`);
  const described = describeRoute(route.controller, route.method);
  const { parameters = [], requestBody, responses } = operation;
  const namesOne = parameters.some((parameter) => 'in' in parameter && parameter.in === 'path');
  const asked = { ...described, changes, hasBody: requestBody !== undefined, namesOne };
  return {
    ...operation,
    security: described.isPublic ? [] : [{ bearer: [] }],
    parameters: [...parameters.map(enforcedParameter), ...idempotencyKey(described)],
    ...(requestBody === undefined ? {} : { requestBody: enforcedBody(requestBody) }),
    responses: { ...problemAnswers(asked), ...responses, default: problemAnswer },
  };
}

function enforcedParameter(parameter: Parameter): Parameter {
  return 'schema' in parameter ? { ...parameter, schema: Object(enforcedSchema(parameter.schema)) } : parameter;
}

function enforcedBody(body: NonNullable<Operation['requestBody']>): NonNullable<Operation['requestBody']> {
  if (!('content' in body)) return body;
  const content = Object.entries(body.content).map(([type, media]) => [
    type,
    { ...media, schema: enforcedSchema(media.schema) },
  ]);
  return { ...body, content: Object.fromEntries(content) };
}

function idempotencyKey({ idempotencyKey: key }: RouteDescription): readonly Parameter[] {
  if (key === undefined) return [];
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: key.required,
      description: KEPT_UNDER_KEY,
      schema: { type: 'string', minLength: 1, maxLength: 200, pattern: key.pattern },
    },
  ];
}
