import { Controller, Get, Header, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { identityOf } from '../http/identity.js';
import { OperatorsOnly } from '../http/route-access.js';
import { SessionWatch } from '../http/session-watch.js';
import { LiveFeed } from '../live/live-feed.js';

/** Whoever asks for a part would wait for it for ever. */
const nothing = z.object({});

/** All hosts as they are now, and from then on what changes, for as long as the operator's token counts. */
@OperatorsOnly()
@Controller('actuator/live')
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly sessions: SessionWatch,
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
    const { principal } = identityOf(request);
    const stream = await this.feed.watch({ principal, whyOut: this.sessions.of(request) });
    // Whoever left while it was opened is told nothing.
    if (request.raw.destroyed) stream.destroy();
    void reply.send(stream);
  }
}
