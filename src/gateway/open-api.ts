import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { GatewayModule } from './gateway.module.js';

const DESCRIPTION =
  'Every answer that is no success is a problem document (RFC 9457). Lists are pages: pass `nextCursor` as `cursor`.';

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Repeating a request with the same key has no second effect.',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
} as const;

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', examples: ['out-of-stock'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string', examples: ['/lines/0/sku'] }, detail: { type: 'string' } },
      },
    },
  },
};

const problemAnswer = {
  description: 'A problem document',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
} as const;

/** Serves the OpenAPI document at /docs-json; it is made when somebody asks for it first. */
export function serveOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApi(app), { ui: false, raw: ['json'] });
}

export function openApi(app: NestFastifyApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setTitle('Shop')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .setDescription(DESCRIPTION)
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, base, { include: [GatewayModule] });
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: problem } };
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.patch, path.delete]) {
      if (operation !== undefined) operation.responses['default'] ??= problemAnswer;
    }
    // A route that says more of the header (that it needs it) has declared it itself.
    const declared =
      path.post?.parameters?.some(
        (parameter) => 'name' in parameter && parameter.name.toLowerCase() === 'idempotency-key',
      ) ?? false;
    if (path.post !== undefined && !declared) path.post.parameters = [...(path.post.parameters ?? []), idempotencyKey];
  }
  return document;
}
