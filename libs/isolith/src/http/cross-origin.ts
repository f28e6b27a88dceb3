import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How long a browser may remember what it was allowed. */
const MAX_AGE_SECONDS = 600;

/**
 * Lets pages of these origins call the API. No cookie is involved, tokens travel in a header; so nothing is allowed
 * that another program could not do.
 */
export function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  app.enableCors({
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'prefer', 'traceparent', 'x-request-id'],
    exposedHeaders: [
      'allow',
      'location',
      'preference-applied',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      'retry-after',
      'x-request-id',
    ],
    maxAge: MAX_AGE_SECONDS,
    credentials: false,
    // The routes answer the rest of OPTIONS: with `Allow`, or with 404.
    preflightContinue: true,
    strictPreflight: false,
  });
}
