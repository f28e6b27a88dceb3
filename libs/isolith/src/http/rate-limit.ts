import { tellable } from '@isolith/contracts';
import { Impairments } from '@isolith/message-bus';
import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { KEY_SOURCE, keyedDigest, type KeySource } from './auth-keys.js';
import { addressOf, networkOf } from './client-origin.js';
import { countsDatabase, type CountsDatabase } from './counts-database.js';
import { DatabaseCounter } from './database-counter.js';
import { HttpEdge } from './http-edge.js';
import { identityOf } from './identity.js';
import { routeOf } from './known-routes.js';
import { tellLimit, tooMany } from './limit-headers.js';
import { OPERATIONS } from './operations-limit.js';
import type { RequestCounts } from './request-counts.js';
import { SharedCounts } from './shared-counts.js';
import { WindowCounter } from './window-counter.js';

/** How many requests are served. */
export interface RateLimitOptions {
  /**
   * Requests per second and identity: the signed-in user, else the client's network (an IPv4 address, 64 bits of an
   * IPv6 one).
   */
  readonly perSecond: number;
  /** Requests per second of all users of one network together; ten times `perSecond` when absent. */
  readonly perNetwork?: number | undefined;
  /**
   * A URL of PostgreSQL where all gateways that name it count together; each counts for itself when absent, and while
   * the database does not answer.
   */
  readonly sharedIn?: string | undefined;
}

/** Asked for by machines that watch the host; a busy address must not make it look dead. */
const HEALTH = /^\/health(?:[/?]|$)/i;
const USERS_OF_A_NETWORK = 10;

class RateLimitConfig {
  constructor(readonly options: RateLimitOptions) {}
}

/**
 * Answers 429 with `Retry-After` to an identity that asks too often, before its body is read, whatever the route; what
 * is left stands in every answer, as `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`.
 */
@Module({})
export class RateLimitModule implements OnModuleInit, OnApplicationShutdown {
  readonly #log = new Logger('http');
  readonly #counters: DatabaseCounter[] = [];
  #database: CountsDatabase | undefined;
  #saidOfProxy = false;

  constructor(
    private readonly config: RateLimitConfig,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly edge: HttpEdge,
    private readonly impairments: Impairments,
    @Inject(KEY_SOURCE) private readonly keys: KeySource,
  ) {}

  static forRoot(options: RateLimitOptions): DynamicModule {
    return {
      module: RateLimitModule,
      providers: [{ provide: RateLimitConfig, useValue: new RateLimitConfig(options) }],
    };
  }

  async onModuleInit(): Promise<void> {
    const { perSecond, perNetwork = perSecond * USERS_OF_A_NETWORK, sharedIn } = this.config.options;
    if (sharedIn !== undefined)
      this.#database = await countsDatabase(sharedIn, (line) => this.#log.warn({ message: line }));
    const [identities, networks] = [this.#counts('identity', perSecond), this.#counts('network', perNetwork)];
    // Its hook finds out the identity, so it comes first.
    this.edge.install();
    this.host.httpAdapter.getInstance().addHook('onRequest', async (request, reply) => {
      // What operators ask for has a limit of its own.
      const route = routeOf(request);
      if (HEALTH.test(route) || OPERATIONS.test(route)) return;
      this.#sayOfProxy(request);
      await admit(request, reply, identities, networks);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    for (const counter of this.#counters) counter.close();
    await this.#database?.close();
  }

  #counts(prefix: string, limit: number): RequestCounts {
    if (this.#database === undefined) return new WindowCounter({ limit });
    const onProblem = (problem: unknown): void => this.#report(prefix, problem);
    const limiter = new DatabaseCounter({ limit, prefix, add: this.#database.add, onProblem });
    this.#counters.push(limiter);
    return new SharedCounts({ limit, limiter, nameOf: (key) => keyedDigest(this.keys, 'counted requests', key) });
  }

  #report(limit: string, problem: unknown): void {
    this.impairments.report(
      `limit of requests per ${limit}`,
      problem === undefined
        ? []
        : [
            {
              kind: 'limit',
              name: limit,
              reason: 'the database of the counts did not answer, so this gateway counts for itself',
              lookAt: 'docs/guides/edge.md#how-often',
              effect: 'degraded',
              detail: tellable(problem).message,
            },
          ],
    );
  }

  /** Once: all clients of a proxy that is not named share one address, and its limit. */
  #sayOfProxy(request: FastifyRequest): void {
    const { headers, ip, raw } = request;
    if (this.#saidOfProxy || headers['x-forwarded-for'] === undefined || ip !== raw.socket.remoteAddress) return;
    this.#saidOfProxy = true;
    this.#log.warn({
      message:
        'X-Forwarded-For came from an address that TRUST_PROXY does not name; all that it sends counts as one client',
      from: ip,
    });
  }
}

async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  identities: RequestCounts,
  networks: RequestCounts,
): Promise<void> {
  const { user } = identityOf(request).principal;
  const network = networkOf(addressOf(request));
  const taken = await identities.take(user === undefined ? `network ${network}` : `user ${user}`);
  tellLimit(reply, identities.limit, taken);
  if (!taken.admitted) throw tooMany(reply, taken);
  // Strangers are counted by network already, and take no room from the users of theirs.
  if (user === undefined) return;
  const ofAll = await networks.take(network);
  if (ofAll.admitted) return;
  tellLimit(reply, networks.limit, ofAll);
  throw tooMany(reply, ofAll);
}
