import { HttpException } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem.js';

const BODY_LIMIT_BYTES = 64 * 1_024;
/** How long a client may take to send a request; a slow one must not hold a connection for good. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface EdgeAdapterOptions {
  /** Bytes of the largest body that is read; a larger one is a 413. 64 KiB when absent. */
  readonly bodyLimit?: number;
}

/**
 * Fastify with the bounds of the edge. Bodies are JSON or refused (415), which needs `bodyParser: false` in
 * `NestFactory.create`: Nest's own parsers would accept forms too.
 */
export function edgeAdapter({ bodyLimit = BODY_LIMIT_BYTES }: EdgeAdapterOptions = {}): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // The edge says it itself, as a problem document.
    return503OnClosing: false,
    // The router refuses some paths before any hook or filter is there.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const answer = problemOf(new HttpException('the path is malformed or too long', error.statusCode ?? 400));
      void reply
        .status(answer.status)
        .header('content-type', 'application/problem+json')
        .header('x-content-type-options', 'nosniff')
        .send(answer);
    },
  });
  adapter.getInstance().removeContentTypeParser('text/plain');
  return adapter;
}
