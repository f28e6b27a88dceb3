import { FastifyAdapter } from '@nestjs/platform-fastify';
import { trustedProxies } from '../variables/trusted-proxies.js';
import { KnownRoutes } from './known-routes.js';
import { trustPrefixOf } from './path-prefix.js';
import { readBodies } from './request-bodies.js';
import { UnreadRequests } from './unread-requests.js';
import { UnusedConnections } from './unused-connections.js';

const BODY_LIMIT_BYTES = 64 * 1_024;
/** How long a client may take to send a request; a slow one must not hold a connection for good. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for slow clients. */
const LOOK_FOR_SLOW_MS = 5_000;

/** Bounds of the HTTP server, and whose word it takes for where a request comes from. */
export interface EdgeAdapterOptions {
  /** Bytes of the largest body that is read; a larger one is a 413. 64 KiB when absent. */
  readonly bodyLimit?: number;
  /** How long a client may take to send a request, in milliseconds; a slower one is a 408. 30 s when absent. */
  readonly requestTimeoutMs?: number;
  /**
   * Whose `X-Forwarded-For` and `X-Forwarded-Prefix` are believed, as TRUST_PROXY says it; nobody's when absent, or not
   * read.
   */
  readonly trustProxy?: string | undefined;
}

/** Fastify with the bounds of the edge, and what it knows of requests that no hook sees. */
export class EdgeAdapter extends FastifyAdapter {
  readonly routes = new KnownRoutes();
  readonly unread: UnreadRequests;

  constructor({ bodyLimit = BODY_LIMIT_BYTES, requestTimeoutMs = REQUEST_TIMEOUT_MS, trustProxy }: EdgeAdapterOptions) {
    const unread = new UnreadRequests();
    const trusted = trustProxy === undefined ? undefined : trustedProxies(trustProxy);
    super({
      bodyLimit,
      requestTimeout: requestTimeoutMs,
      forceCloseConnections: 'idle',
      // The edge says these itself, as problem documents.
      return503OnClosing: false,
      http: {
        requireHostHeader: false,
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: Math.min(requestTimeoutMs, LOOK_FOR_SLOW_MS),
      },
      clientErrorHandler: unread.answerUnparsed,
      frameworkErrors: unread.answerUnroutable,
      ...(trusted === undefined ? {} : { trustProxy: trusted }),
    });
    this.unread = unread;
    const fastify = this.getInstance();
    unread.listen(fastify.server);
    const unused = new UnusedConnections();
    unused.watch(fastify.server);
    fastify.addHook('preClose', async () => unused.close());
    this.routes.watch(fastify);
    readBodies(fastify);
    if (trusted !== undefined) trustPrefixOf(fastify.server, trusted);
  }
}

/**
 * The adapter of the edge. Bodies are JSON or refused (415), which needs `bodyParser: false` in `NestFactory.create`:
 * Nest's own parsers would accept forms too.
 */
export const edgeAdapter = (options: EdgeAdapterOptions = {}): EdgeAdapter => new EdgeAdapter(options);
