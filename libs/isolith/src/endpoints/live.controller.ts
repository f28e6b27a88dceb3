import { IsolithError } from '@isolith/contracts';
import { Controller, Get, Header, Inject, Optional, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { identityOf } from '../http/identity.js';
import { bearerOf } from '../http/request-scope.js';
import { OperatorsOnly } from '../http/route-access.js';
import { SESSION_ENDS, type SessionEnds } from '../http/session-gate.js';
import { AccessTokens } from '../http/tokens.js';
import { LiveFeed } from '../live/live-feed.js';

/** Whoever asks for a part would wait for it for ever. */
const nothing = z.object({});

/** All hosts as they are now, and from then on what changes, for as long as the operator's token counts. */
@OperatorsOnly()
@Controller('actuator/live')
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly tokens: AccessTokens,
    @Optional() @Inject(SESSION_ENDS) private readonly ends?: SessionEnds,
  ) {}

  /** Server-sent events; see LiveStream. */
  @Get()
  @Header('content-type', 'text/event-stream')
  // nginx would keep them until there are many.
  @Header('x-accel-buffering', 'no')
  async live(
    @Query({ schema: nothing }) _: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { principal, session } = identityOf(request);
    const token = bearerOf(request.headers.authorization);
    const stream = await this.feed.watch({ principal, whyOut: () => this.#whyOut(token, session) });
    // Whoever left while it was opened is told nothing.
    if (request.raw.destroyed) stream.destroy();
    void reply.send(stream);
  }

  #whyOut(token: string | undefined, session: string | undefined): string | undefined {
    if (session !== undefined && this.ends?.has(session) === true) return 'the session has ended; sign in again';
    try {
      this.tokens.verify(token ?? '');
      return undefined;
    } catch (error) {
      if (error instanceof IsolithError) return error.message;
      throw error;
    }
  }
}
