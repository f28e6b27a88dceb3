import { createHash, timingSafeEqual } from 'node:crypto';
import { Metrics } from '@isolith/observability';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HostConfig } from '../config/host-config.js';
import { requireOperator } from '../http/access.guard.js';
import { identityOf } from '../http/identity.js';
import { bearerOf } from '../http/request-scope.js';
import { Public } from '../http/route-access.js';
import { HOST_CONFIG } from '../config/tokens.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The host's metrics, for a scraper that has METRICS_TOKEN or for an operator. */
@Controller('metrics')
export class MetricsController {
  readonly #token: Buffer | undefined;

  constructor(
    private readonly metrics: Metrics,
    @Inject(HOST_CONFIG) config: HostConfig,
  ) {
    const token = config.values.METRICS_TOKEN;
    this.#token = token === undefined ? undefined : digest(token);
  }

  // Public for the guard only: a scraper's token is no access token.
  @Public()
  @Get()
  async read(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!this.#isScraper(request)) requireOperator(identityOf(request));
    const { contentType, body } = await this.metrics.render();
    void reply.header('content-type', contentType);
    return body;
  }

  /** Digests are of one length and compared in constant time: how long it takes tells nothing of the token. */
  #isScraper(request: FastifyRequest): boolean {
    const given = bearerOf(request.headers.authorization);
    return this.#token !== undefined && given !== undefined && timingSafeEqual(this.#token, digest(given));
  }
}
